/** Written by commands/site/built-in-files.ts when the page is built. */
declare module 'virtual:built-in-files' {
  const files: import('./checked.ts').BuiltInFiles;
  export default files;
}
