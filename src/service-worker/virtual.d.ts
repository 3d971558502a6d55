/** Written by commands/site/service-worker.ts when the page is built. */
declare module 'virtual:page-files' {
  const files: import('./kept.ts').PageFiles;
  export default files;
}
