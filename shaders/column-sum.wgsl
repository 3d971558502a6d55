// Column sums: the gradient of anything that a forward adds to every row.
//
//   forward: out[row] = ... + bias      backward: dBias += Σ over rows of dOut[row]
//
// Called by webgpu/ops/column-sum.ts for the biases of linear layers, adapters and LayerNorms, and the token-type embedding.
// Joined: step.

override WIDTH: u32;
/** True: one row an example (the head). False: one row a token. */
override PER_EXAMPLE: bool = false;

@group(0) @binding(1) var<storage, read> dout: array<f32>;
@group(0) @binding(2) var<storage, read_write> dbias: array<f32>;

@compute @workgroup_size(32)
fn column_sum(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= WIDTH) { return; }
  let rows = select(step_.examples * step_.tokens, step_.examples, PER_EXAMPLE);
  var sum = 0.0;
  for (var row = 0u; row < rows; row++) {
    sum += dout[row * WIDTH + column];
  }
  dbias[column] += sum;
}
