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
// Called by webgpu/ops/adapter.ts. Joined: step, slots, tile, place, dropout, activation.

override HIDDEN: u32;
override BOTTLENECK: u32;
override SCALING: f32 = 1.0;
override DROPOUT: f32 = 0.0;
override ACTIVATION: u32 = 0u;
/** Which entry point this is: what `emit` does follows from it. */
override PARAMETERS: bool = false;

const D_U = 1u;
const ACTIVE = 2u;
const D_Z = 3u;
const INPUT = 4u;
const UP = 2u;

var<private> key: u32;
/** Of `backward_parameters`: the tile belongs to dW_down, else to dW_up. */
var<private> of_down: bool;

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

fn emit(row: u32, column: u32, sum: vec4f, count: u32) {
  if (!PARAMETERS) {
    let at = row * BOTTLENECK + column;
    set1(at, sum * slope_of_four(ACTIVATION, in3(at)), count);
  } else if (of_down) {
    let at = row * HIDDEN + column;
    set3(at, out3(at) + sum, count);
  } else {
    let at = row * BOTTLENECK + column;
    set1(at, out1(at) + sum, count);
  }
}

/** in1 = dU, in2 = W_up (H, M), in3 = z, out1 = dZ (rows, M) */
@compute @workgroup_size(GROUP)
fn backward_up(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_at(flat_index(id, groups, GROUP), BOTTLENECK);
  let rows = step_.examples * step_.tokens;
  if (tile.row >= rows) { return; }
  key = dropout_key(place.site);
  emit_tile(tile, rows, BOTTLENECK, product(along(D_U, 0u, HIDDEN), across(UP, 0u, BOTTLENECK), HIDDEN, tile));
}

/**
 * in1 = dU, in2 = active, in3 = dZ, in4 = p; out1 = dW_up (H, M), out2 = db_up, out3 = dW_down (M, H), out4 = db_down.
 * The tiles of dW_up come first, those of dW_down after them.
 */
@compute @workgroup_size(GROUP)
fn backward_parameters(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let index = flat_index(id, groups, GROUP);
  let of_up = (HIDDEN + tile_rows() - 1u) / tile_rows() * tiles_across(BOTTLENECK);
  of_down = index >= of_up;
  key = dropout_key(place.site);
  var rows = HIDDEN;
  var columns = BOTTLENECK;
  var tile = tile_at(index, BOTTLENECK);
  var a = across(D_U, 0u, HIDDEN);
  var b = across(ACTIVE, 0u, BOTTLENECK);
  if (of_down) {
    rows = BOTTLENECK;
    columns = HIDDEN;
    tile = tile_at(index - of_up, HIDDEN);
    a = across(D_Z, 0u, BOTTLENECK);
    b = across(INPUT, 0u, HIDDEN);
  }
  if (tile.row >= rows) { return; }
  emit_tile(tile, rows, columns, product(a, b, step_.examples * step_.tokens, tile));
  if (tile.column > 0u) { return; }
  for (var row = tile.row; row < min(tile.row + tile_rows(), rows); row += 4u) {
    let sums = row_sums[(row - tile.row) / 4u];
    if (of_down) { set4(row, out4(row) + sums, rows - row); } else { set2(row, out2(row) + sums, rows - row); }
  }
}
