/** Packages that only workers or dynamic imports name: found late by the development server, they would reload the page while it works. */
export const lateImports: string[] = [
  'zod',
  'fflate',
  'idb',
  '@huggingface/hub',
  '@huggingface/tokenizers',
  'papaparse',
  'modern-screenshot',
  'hyparquet',
  'hyparquet-compressors',
  ...['column', 'datapage', 'schema', 'thrift'].map((part) => `hyparquet/src/${part}.js`),
  'onnx-proto',
  'onnxruntime-web/wasm',
];
