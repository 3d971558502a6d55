// The backward of a bottleneck adapter (Houlsby et al. 2019), whose forward ends in the sum that layer-norm.wgsl normalises.
//
//   forward    z = p W_downᵀ + b_down,  active = f(z),  u = y + D (active W_upᵀ + b_up)
//              p: what the adapter reads (rows, H), y: what it is added to (rows, H), D = SCALING * dropout mask
//   backward   dU' = D dU
//              dZ = (dU' W_up) f'(z)
//              dW_up += dU'ᵀ active,  db_up += Σ dU',  dW_down += dZᵀ p,  db_down += Σ dZ
//              dP = addend + dZ W_down
//
// The down-projection and dP are those of a linear layer: matmul.wgsl.
// Called by webgpu/ops/adapter.ts. Joined: step, slots, quad, tile or staged, place, dropout, activation.

override HIDDEN: u32;
override BOTTLENECK: u32;
override SCALING: f32 = 1.0;
override DROPOUT: f32 = 0.0;
override ACTIVATION: u32 = 0u;
/** Which entry point this is: what `emit` does follows from it. */
override PARAMETERS: bool = false;
/** The grid's z of `backward_parameters`: each part of the rows is added to a copy of the gradients of its own, so many elements apart. */
override PART_STRIDE: u32 = 0u;

const D_U = 1u;
const ACTIVE = 2u;
const D_Z = 3u;
const INPUT = 4u;
const UP = 2u;

var<private> key: u32;
/** Of `backward_parameters`: the tile belongs to dW_down, else to dW_up. */
var<private> of_down: bool;
/** Which part of the rows this is, of `backward_parameters`. */
var<private> part: u32;

/** The mask's element is the place in (rows, H), the same in forward and backward. */
fn masked(index: u32) -> vec4f {
  return in1(index) * SCALING * dropout_factors(key, index, DROPOUT);
}

fn load_a(source: u32, index: u32) -> vec4f {
  if (source == D_Z) { return in3(index); }
  return masked(index);
}

fn load_b(source: u32, index: u32) -> vec4f {
  if (source == INPUT) { return in4(index); }
  return in2(index);
}

/** out1: dZ, or the gradients of all parameters */
fn emit(row: u32, column: u32, sum: vec4f, count: u32) {
  if (!PARAMETERS) {
    let at = row * BOTTLENECK + column;
    set1(at, sum * slope_of_four(ACTIVATION, in3(at)), count);
  } else {
    add(select(place.d_up + row * BOTTLENECK, place.d_down + row * HIDDEN, of_down) + column, sum, count);
  }
}

fn emit_sums(row: u32, sums: vec4f, count: u32) { add(select(place.d_up_bias, place.d_down_bias, of_down) + row, sums, count); }

fn add(index: u32, value: vec4f, count: u32) {
  let at = part * PART_STRIDE + index;
  set1(at, out1(at) + value, count);
}

/** in1 = dU, in2 = W_up (H, M), in3 = z, out1 = dZ (rows, M) */
@compute @workgroup_size(GROUP)
fn backward_up(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let tile = tile_at(team_of(group, groups, lane), BOTTLENECK, false);
  let rows = step_.examples * step_.tokens;
  if (tile.row >= rows) { return; }
  key = dropout_key(place.site);
  multiply(along(D_U, 0u, HIDDEN), across(UP, 0u, BOTTLENECK), whole(HIDDEN), tile, rows, BOTTLENECK);
}

/**
 * in1 = dU, in2 = active, in3 = dZ, in4 = p; out1 = where `place` finds dW_up (H, M), db_up, dW_down (M, H) and db_down.
 * The tiles of dW_up come first, those of dW_down after them.
 */
@compute @workgroup_size(GROUP)
fn backward_parameters(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = team_of(group, groups, lane);
  let of_up = tile_count(HIDDEN, BOTTLENECK, false);
  let down = index >= of_up;
  of_down = down;
  part = group.z;
  key = dropout_key(place.site);
  var rows = HIDDEN;
  var columns = BOTTLENECK;
  var tile = tile_at(index, BOTTLENECK, false);
  var a = across(D_U, 0u, HIDDEN);
  var b = across(ACTIVE, 0u, BOTTLENECK);
  if (down) {
    rows = BOTTLENECK;
    columns = HIDDEN;
    tile = tile_at(index - of_up, HIDDEN, true);
    a = across(D_Z, 0u, BOTTLENECK);
    b = across(INPUT, 0u, HIDDEN);
  }
  if (tile.row >= rows) { return; }
  multiply(a, b, part_of(step_.examples * step_.tokens, group.z, groups.z), tile, rows, columns);
}
