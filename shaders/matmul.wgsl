// A linear layer: forward, then its backward.
//
//   forward          out = x Wᵀ + bias                    x (rows, INPUTS), W (OUTPUTS, INPUTS), out (rows, OUTPUTS)
//   forward_activated    also z = out before f, out = f(z)
//   backward_input   dX = addend + SCALE dOut W
//   backward_input_activated   dZ = (dOut W) f'(z), where x = f(z)
//   backward_weight  dW += SCALE dOutᵀ x
//
// SCALE and the strides serve LoRA, whose output goes into one third of the fused query-key-value rows.
// Called by webgpu/ops/matmul.ts. Joined: step, tile, activation.

override INPUTS: u32;
override OUTPUTS: u32;
/** True: one row an example (the head). False: one row a token. */
override PER_EXAMPLE: bool = false;
/** Elements from one row of `out` (or dOut) to the next, and before the first. */
override OUT_STRIDE: u32 = OUTPUTS;
override OUT_OFFSET: u32 = 0u;
override SCALE: f32 = 1.0;
override HAS_BIAS: bool = false;
override HAS_ADDEND: bool = false;
/** Add to what the output holds already. */
override ACCUMULATE: bool = false;
override ACTIVATION: u32 = 4u;

@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> extra: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
@group(0) @binding(5) var<storage, read_write> preactivation: array<f32>;

fn load_a(index: u32) -> f32 { return a[index]; }
fn load_b(index: u32) -> f32 { return b[index]; }

fn row_count() -> u32 {
  return select(step_.examples * step_.tokens, step_.examples, PER_EXAMPLE);
}

// ---- forward: out = x Wᵀ + bias ----

/** a = x, b = W, extra = bias */
@compute @workgroup_size(32)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_at(flat_index(id, groups, 32u), OUTPUTS);
  let rows = row_count();
  if (tile.row >= rows) { return; }
  var sums = product(Operand(0u, INPUTS, 1u), Operand(0u, INPUTS, 1u), INPUTS, tile);
  for (var i = 0u; i < min(TILE, rows - tile.row); i++) {
    for (var j = 0u; j < min(TILE, OUTPUTS - tile.column); j++) {
      let column = tile.column + j;
      let at = OUT_OFFSET + (tile.row + i) * OUT_STRIDE + column;
      var value = SCALE * sums[i * 2u + j / 4u][j % 4u];
      if (HAS_BIAS) { value += extra[column]; }
      if (ACCUMULATE) { value += out[at]; }
      out[at] = value;
    }
  }
}

/** a = x, b = W, extra = bias; keeps z for the backward */
@compute @workgroup_size(32)
fn forward_activated(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_at(flat_index(id, groups, 32u), OUTPUTS);
  let rows = row_count();
  if (tile.row >= rows) { return; }
  var sums = product(Operand(0u, INPUTS, 1u), Operand(0u, INPUTS, 1u), INPUTS, tile);
  for (var i = 0u; i < min(TILE, rows - tile.row); i++) {
    for (var j = 0u; j < min(TILE, OUTPUTS - tile.column); j++) {
      let column = tile.column + j;
      let at = (tile.row + i) * OUTPUTS + column;
      let z = sums[i * 2u + j / 4u][j % 4u] + extra[column];
      preactivation[at] = z;
      out[at] = activate(ACTIVATION, z);
    }
  }
}

// ---- backward ----

/** forward: out = SCALE x Wᵀ. a = dOut, b = W, extra = addend, out = dX (rows, INPUTS) */
@compute @workgroup_size(32)
fn backward_input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_at(flat_index(id, groups, 32u), INPUTS);
  let rows = row_count();
  if (tile.row >= rows) { return; }
  var sums = product(Operand(OUT_OFFSET, OUT_STRIDE, 1u), Operand(0u, 1u, INPUTS), OUTPUTS, tile);
  for (var i = 0u; i < min(TILE, rows - tile.row); i++) {
    for (var j = 0u; j < min(TILE, INPUTS - tile.column); j++) {
      let at = (tile.row + i) * INPUTS + tile.column + j;
      var value = SCALE * sums[i * 2u + j / 4u][j % 4u];
      if (HAS_ADDEND) { value += extra[at]; }
      if (ACCUMULATE) { value += out[at]; }
      out[at] = value;
    }
  }
}

/** forward: out = f(z) Wᵀ. a = dOut, b = W, extra = z, out = dZ (rows, INPUTS) */
@compute @workgroup_size(32)
fn backward_input_activated(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_at(flat_index(id, groups, 32u), INPUTS);
  let rows = row_count();
  if (tile.row >= rows) { return; }
  var sums = product(Operand(0u, OUTPUTS, 1u), Operand(0u, 1u, INPUTS), OUTPUTS, tile);
  for (var i = 0u; i < min(TILE, rows - tile.row); i++) {
    for (var j = 0u; j < min(TILE, INPUTS - tile.column); j++) {
      let at = (tile.row + i) * INPUTS + tile.column + j;
      out[at] = sums[i * 2u + j / 4u][j % 4u] * activation_slope(ACTIVATION, extra[at]);
    }
  }
}

/** forward: out = SCALE x Wᵀ. a = dOut, b = x, out = dWeight (OUTPUTS, INPUTS) */
@compute @workgroup_size(32)
fn backward_weight(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_at(flat_index(id, groups, 32u), INPUTS);
  if (tile.row >= OUTPUTS) { return; }
  var sums = product(Operand(OUT_OFFSET, 1u, OUT_STRIDE), Operand(0u, 1u, INPUTS), row_count(), tile);
  for (var i = 0u; i < min(TILE, OUTPUTS - tile.row); i++) {
    for (var j = 0u; j < min(TILE, INPUTS - tile.column); j++) {
      out[(tile.row + i) * INPUTS + tile.column + j] += SCALE * sums[i * 2u + j / 4u][j % 4u];
    }
  }
}
