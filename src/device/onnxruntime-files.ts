/** onnxruntime-web's own files, as Vite puts them among ours: nothing comes from another server. */
import moduleUrl from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';

export { moduleUrl, wasmUrl };
