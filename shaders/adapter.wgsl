// A bottleneck adapter (Houlsby et al. 2019) and the residual it is added to, then its backward.
//
//   forward   z = p W_downᵀ + b_down,  active = f(z),  u = y + D (active W_upᵀ + b_up)
//             p: what the adapter reads (rows, H), y: what it is added to (rows, H), D = SCALING * dropout mask
//   backward  dU' = D dU
//             dZ = (dU' W_up) f'(z),  dW_up += dU'ᵀ active,  db_up += Σ dU'
//             dP = addend + dZ W_down,  dW_down += dZᵀ p,    db_down += Σ dZ
//
// Down-projection, its input gradient and its parameter gradients are those of a linear layer: matmul.wgsl and
// column-sum.wgsl. Here stands what has the mask in it. Called by webgpu/ops/adapter.ts. Joined: step, tile, dropout, activation.

override HIDDEN: u32;
override BOTTLENECK: u32;
override SCALING: f32 = 1.0;
override DROPOUT: f32 = 0.0;
/** Number of this adapter among all, so that each draws masks of its own. */
override SITE: u32 = 0u;
override ACTIVATION: u32 = 0u;
/** Whether `a` is dU, which the mask applies to. */
override MASKED: bool = false;

@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> up_bias: array<f32>;
@group(0) @binding(3) var<storage, read> preactivation: array<f32>;
@group(0) @binding(4) var<storage, read> y: array<f32>;
@group(0) @binding(5) var<storage, read_write> out: array<f32>;

var<private> key: u32;

/** The mask's element is the place in (rows, H), the same in forward and backward. */
fn mask(index: u32) -> f32 {
  return SCALING * dropout_factor(key, index, DROPOUT);
}

fn load_a(index: u32) -> f32 {
  if (MASKED) { return a[index] * mask(index); }
  return a[index];
}

fn load_b(index: u32) -> f32 { return b[index]; }

// ---- forward: u = y + D (active W_upᵀ + b_up) ----

/** a = active, b = W_up (H, M), out = u */
@compute @workgroup_size(32)
fn forward_up(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_at(flat_index(id, groups, 32u), HIDDEN);
  let rows = step_.examples * step_.tokens;
  if (tile.row >= rows) { return; }
  key = dropout_key(SITE);
  var sums = product(Operand(0u, BOTTLENECK, 1u), Operand(0u, BOTTLENECK, 1u), BOTTLENECK, tile);
  for (var i = 0u; i < min(TILE, rows - tile.row); i++) {
    for (var j = 0u; j < min(TILE, HIDDEN - tile.column); j++) {
      let column = tile.column + j;
      let at = (tile.row + i) * HIDDEN + column;
      out[at] = y[at] + mask(at) * (sums[i * 2u + j / 4u][j % 4u] + up_bias[column]);
    }
  }
}

// ---- backward ----

/** a = dU (MASKED), b = W_up (H, M), out = dZ (rows, M) */
@compute @workgroup_size(32)
fn backward_up(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_at(flat_index(id, groups, 32u), BOTTLENECK);
  let rows = step_.examples * step_.tokens;
  if (tile.row >= rows) { return; }
  key = dropout_key(SITE);
  var sums = product(Operand(0u, HIDDEN, 1u), Operand(0u, 1u, BOTTLENECK), HIDDEN, tile);
  for (var i = 0u; i < min(TILE, rows - tile.row); i++) {
    for (var j = 0u; j < min(TILE, BOTTLENECK - tile.column); j++) {
      let at = (tile.row + i) * BOTTLENECK + tile.column + j;
      out[at] = sums[i * 2u + j / 4u][j % 4u] * activation_slope(ACTIVATION, preactivation[at]);
    }
  }
}

/** a = dU (MASKED), b = active, out = dW_up (H, M) */
@compute @workgroup_size(32)
fn backward_up_weight(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let tile = tile_at(flat_index(id, groups, 32u), BOTTLENECK);
  if (tile.row >= HIDDEN) { return; }
  key = dropout_key(SITE);
  let rows = step_.examples * step_.tokens;
  var sums = product(Operand(0u, 1u, HIDDEN), Operand(0u, 1u, BOTTLENECK), rows, tile);
  for (var i = 0u; i < min(TILE, HIDDEN - tile.row); i++) {
    for (var j = 0u; j < min(TILE, BOTTLENECK - tile.column); j++) {
      out[(tile.row + i) * BOTTLENECK + tile.column + j] += sums[i * 2u + j / 4u][j % 4u];
    }
  }
}

/** a = dU (MASKED), out = db_up (H) */
@compute @workgroup_size(32)
fn backward_up_bias(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= HIDDEN) { return; }
  key = dropout_key(SITE);
  var sum = 0.0;
  for (var row = 0u; row < step_.examples * step_.tokens; row++) {
    sum += load_a(row * HIDDEN + column);
  }
  out[column] += sum;
}
