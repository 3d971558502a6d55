import type { onnx as Onnx } from 'onnx-proto';

/** The classes that write ONNX files, loaded when they are needed. */
export async function loadProto(): Promise<typeof Onnx> {
  const module = await import('onnx-proto');
  // A CommonJS module: its names are on `default` where the loader does not lift them.
  return module.onnx ?? module.default.onnx;
}
