// A linear layer: forward, then its backward.
//
//   forward           out = SCALE x Wᵀ + bias             x (rows, INPUTS), W (OUTPUTS, INPUTS), out (rows, OUTPUTS)
//     ACTIVATED       z = out before f, out = f(z)
//   backward_input    dX = SCALE dOut W + addend
//     SLOPED          dZ = (dOut W) f'(z), where x = f(z)
//   backward_weight   dW += SCALE dOutᵀ x,  dBias += Σ over rows of dOut (SUMS)
//
// SCALE and the strides serve LoRA, whose output goes into one third of the fused query-key-value rows.
// Called by webgpu/ops/matmul.ts. Joined: step, slots, quad, tile or staged, activation.

override INPUTS: u32;
override OUTPUTS: u32;
/** True: one row an example (the head). False: one row a token. */
override PER_EXAMPLE: bool = false;
/** Elements from one row of `out` (or dOut) to the next, and before the first. */
override OUT_STRIDE: u32 = OUTPUTS;
override OUT_OFFSET: u32 = 0u;
override SCALE: f32 = 1.0;
/** The same of what is written: that of `out` in the forward, of the whole result in the backward. */
override RESULT_STRIDE: u32 = OUTPUTS;
override RESULT_OFFSET: u32 = 0u;
override HAS_BIAS: bool = false;
override HAS_ADDEND: bool = false;
/** Add to what the result holds already. */
override ACCUMULATE: bool = false;
/** backward_weight alone, the grid's z of them: each part of the rows is added to a copy of the gradients of its own, so many elements apart. */
override PART_STRIDE: u32 = 0u;
/** The tiles of the result are wide rather than tall. */
override TURNED: bool = false;
override ACTIVATED: bool = false;
override SLOPED: bool = false;
/** Of ACTIVATED and SLOPED alone: its number in model/shapes.ts. */
override ACTIVATION: u32 = 0u;

/** Which part of the rows this is, of `backward_weight`. */
var<private> part: u32;

fn load_a(source: u32, index: u32) -> vec4f { return in1(index); }
fn load_b(source: u32, index: u32) -> vec4f { return in2(index); }

/** in3: bias, addend or z. out1: the result, out2: z or dBias */
fn emit(row: u32, column: u32, sum: vec4f, count: u32) {
  let at = RESULT_OFFSET + part * PART_STRIDE + row * RESULT_STRIDE + column;
  var value = SCALE * sum;
  if (HAS_BIAS) { value += in3(column); }
  if (HAS_ADDEND) { value += in3(at); }
  if (SLOPED) { value *= slope_of_four(ACTIVATION, in3(at)); }
  if (ACTIVATED) {
    set2(at, value, count);
    value = activate_four(ACTIVATION, value);
  }
  if (ACCUMULATE) { value += out1(at); }
  set1(at, value, count);
}

/** out2: dBias */
fn emit_sums(row: u32, sums: vec4f, count: u32) { set2(row, out2(row) + SCALE * sums, count); }

fn row_count() -> u32 {
  return select(step_.examples * step_.tokens, step_.examples, PER_EXAMPLE);
}

// ---- forward: out = x Wᵀ + bias ----

/** in1 = x, in2 = W, in3 = bias */
@compute @workgroup_size(GROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let tile = tile_at(team_of(group, groups, lane), OUTPUTS, false);
  if (tile.row >= row_count()) { return; }
  multiply(along(0u, 0u, INPUTS), along(0u, 0u, INPUTS), whole(INPUTS), tile, row_count(), OUTPUTS);
}

// ---- backward ----

/** in1 = dOut, in2 = W, in3 = addend or z */
@compute @workgroup_size(GROUP)
fn backward_input(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let tile = tile_at(team_of(group, groups, lane), INPUTS, false);
  if (tile.row >= row_count()) { return; }
  multiply(along(0u, OUT_OFFSET, OUT_STRIDE), across(0u, 0u, INPUTS), whole(OUTPUTS), tile, row_count(), INPUTS);
}

/** in1 = dOut, in2 = x. Of W and, if SUMS, of the bias */
@compute @workgroup_size(GROUP)
fn backward_weight(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let tile = tile_at(team_of(group, groups, lane), INPUTS, TURNED);
  if (tile.row >= OUTPUTS) { return; }
  part = group.z;
  let rows = part_of(row_count(), group.z, groups.z);
  multiply(across(0u, OUT_OFFSET, OUT_STRIDE), across(0u, 0u, INPUTS), rows, tile, OUTPUTS, INPUTS);
}
