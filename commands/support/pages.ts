/**
 * Page modules: the halves of commands that run beside the engine, by their paths in commands/. Their functions are
 * called by name from the halves in Node, with one argument that JSON can hold.
 */
export interface Pages {
  'bench/page.ts': typeof import('../bench/page.ts');
  'bench/page-jax.ts': typeof import('../bench/page-jax.ts');
  'bench/page-start.ts': typeof import('../bench/page-start.ts');
  'bench/page-wasm.ts': typeof import('../bench/page-wasm.ts');
  'bench-kernels/page.ts': typeof import('../bench-kernels/page.ts');
  'check-onnx/page.ts': typeof import('../check-onnx/page.ts');
  'check-python/page.ts': typeof import('../check-python/page.ts');
  'check-python/page-families.ts': typeof import('../check-python/page-families.ts');
  'encode/page.ts': typeof import('../encode/page.ts');
  'train/page.ts': typeof import('../train/page.ts');
  'verify/page.ts': typeof import('../verify/page.ts');
}

export type Page = keyof Pages;

/** Names of the functions that a page module offers. */
export type FunctionOf<P extends Page> = {
  [Name in keyof Pages[P] & string]: Pages[P][Name] extends (argument: never) => unknown ? Name : never;
}[keyof Pages[P] & string];

export type ArgumentOf<P extends Page, Name extends FunctionOf<P>> = Pages[P][Name] extends (
  argument: infer Argument,
) => unknown
  ? Argument
  : never;

export type ResultOf<P extends Page, Name extends FunctionOf<P>> = Pages[P][Name] extends (
  argument: never,
) => infer Result
  ? Awaited<Result>
  : never;
