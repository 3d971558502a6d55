/** Packages that only workers or dynamic imports name: the dev server would find them late and reload the busy page. */
export const lateImports: string[] = [
  'zod',
  'fflate',
  'idb',
  '@huggingface/hub',
  '@huggingface/tokenizers',
  'papaparse',
  'modern-screenshot',
  'uqr',
  'hyparquet',
  'hyparquet-compressors',
  ...['column', 'datapage', 'schema', 'thrift'].map((part) => `hyparquet/src/${part}.js`),
  'onnx-proto',
  'onnxruntime-web/wasm',
];
