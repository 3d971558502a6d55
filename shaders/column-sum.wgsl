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

/** Lanes that share the rows of a column. */
override SLICES: u32 = 1u;
override GROUP: u32 = 32u * SLICES;

var<workgroup> sums: array<f32, GROUP>;

@compute @workgroup_size(GROUP)
fn column_sum(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column = group.x * 32u + lane % 32u;
  let slice = lane / 32u;
  let rows = select(step_.examples * step_.tokens, step_.examples, PER_EXAMPLE);
  var sum = 0.0;
  for (var row = slice; row < rows && column < WIDTH; row += SLICES) {
    sum += dout[row * WIDTH + column];
  }
  if (SLICES > 1u) {
    sums[lane] = sum;
    workgroupBarrier();
    for (var other = lane + 32u; other < GROUP && slice == 0u; other += 32u) { sum += sums[other]; }
  }
  if (slice == 0u && column < WIDTH) { dbias[column] += sum; }
}
