// Multi-head self-attention on fused rows of query, key and value (Vaswani et al. 2017), then its backward.
//
//   forward    S = Q Kᵀ / √d,  P = softmax(S) over the real keys (exactly 0 at padded ones),  context = P V
//   backward   dP = dContext Vᵀ,  dS = P (dP - Σ_keys P dP)
//              dQ = dS K / √d,  dK = dSᵀ Q / √d,  dV = Pᵀ dContext
//
// qkv (B, T, 3H): query at 0, key at H, value at 2H; head h owns channels h d .. h d + d - 1 of each third, d = H / A.
// Pairs (B, A, T, T): P in the forward, dP and then dS in the backward, each in place. z of the grid is example * A + head.
// Called by webgpu/ops/attention.ts. Joined: step, tile.

override HIDDEN: u32;
override HEADS: u32;

@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

fn load_a(index: u32) -> f32 { return a[index]; }
fn load_b(index: u32) -> f32 { return b[index]; }

const QUERY = 0u;
const KEY = 1u;
const VALUE = 2u;

fn head_width() -> u32 { return HIDDEN / HEADS; }
fn score_scale() -> f32 { return 1.0 / sqrt(f32(head_width())); }

/** One head's third of qkv: (token, channel). */
fn third(z: u32, which: u32) -> Operand {
  let first = z / HEADS * step_.tokens * 3u * HIDDEN + which * HIDDEN + z % HEADS * head_width();
  return Operand(first, 3u * HIDDEN, 1u);
}

/** One head of the context: (token, channel). */
fn context_of(z: u32) -> Operand {
  return Operand(z / HEADS * step_.tokens * HIDDEN + z % HEADS * head_width(), HIDDEN, 1u);
}

/** One head's pairs: (query, key). */
fn pairs(z: u32) -> Operand {
  return Operand(z * step_.tokens * step_.tokens, step_.tokens, 1u);
}

fn transposed(o: Operand) -> Operand { return Operand(o.base, o.inner, o.outer); }

/** Writes SCALE times the product of two operands over `depth` to where `to` says; (T, columns). */
fn store_product(from_a: Operand, from_b: Operand, depth: u32, to: Operand, columns: u32, scale: f32, index: u32) {
  let tile = tile_at(index, columns);
  if (tile.row >= step_.tokens) { return; }
  var sums = product(from_a, from_b, depth, tile);
  for (var i = 0u; i < min(TILE, step_.tokens - tile.row); i++) {
    for (var j = 0u; j < min(TILE, columns - tile.column); j++) {
      out[to.base + (tile.row + i) * to.outer + (tile.column + j) * to.inner] = scale * sums[i * 2u + j / 4u][j % 4u];
    }
  }
}

// ---- forward ----

/** S = Q Kᵀ / √d. a = b = qkv, out = pairs */
@compute @workgroup_size(8)
fn scores(@builtin(global_invocation_id) id: vec3u) {
  store_product(third(id.z, QUERY), third(id.z, KEY), head_width(), pairs(id.z), step_.tokens, score_scale(), id.x);
}

@group(0) @binding(1) var<storage, read> lengths: array<u32>;
@group(0) @binding(2) var<storage, read_write> probabilities: array<f32>;

/** P = softmax(S) in place, one query an invocation */
@compute @workgroup_size(8)
fn softmax(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= step_.tokens) { return; }
  let first = (id.z * step_.tokens + id.x) * step_.tokens;
  let real = min(lengths[id.z / HEADS], step_.tokens);
  var highest = probabilities[first];
  for (var j = 1u; j < real; j++) { highest = max(highest, probabilities[first + j]); }
  var sum = 0.0;
  for (var j = 0u; j < real; j++) {
    let e = exp(probabilities[first + j] - highest);
    probabilities[first + j] = e;
    sum += e;
  }
  for (var j = 0u; j < step_.tokens; j++) {
    probabilities[first + j] = select(0.0, probabilities[first + j] / sum, j < real);
  }
}

/** context = P V. a = pairs, b = qkv, out = context */
@compute @workgroup_size(8)
fn context(@builtin(global_invocation_id) id: vec3u) {
  store_product(pairs(id.z), transposed(third(id.z, VALUE)), step_.tokens, context_of(id.z), head_width(), 1.0, id.x);
}

// ---- backward ----

/** dV = Pᵀ dContext. a = P, b = dContext, out = dqkv */
@compute @workgroup_size(8)
fn backward_value(@builtin(global_invocation_id) id: vec3u) {
  let dcontext = transposed(context_of(id.z));
  store_product(transposed(pairs(id.z)), dcontext, step_.tokens, third(id.z, VALUE), head_width(), 1.0, id.x);
}

/** dP = dContext Vᵀ. a = dContext, b = qkv, out = pairs */
@compute @workgroup_size(8)
fn backward_probabilities(@builtin(global_invocation_id) id: vec3u) {
  store_product(context_of(id.z), third(id.z, VALUE), head_width(), pairs(id.z), step_.tokens, 1.0, id.x);
}

@group(0) @binding(1) var<storage, read> saved_probabilities: array<f32>;
@group(0) @binding(2) var<storage, read_write> dpairs: array<f32>;

/** dS = P (dP - Σ P dP) in place, one query an invocation */
@compute @workgroup_size(8)
fn backward_softmax(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= step_.tokens) { return; }
  let first = (id.z * step_.tokens + id.x) * step_.tokens;
  var sum = 0.0;
  for (var j = 0u; j < step_.tokens; j++) { sum += saved_probabilities[first + j] * dpairs[first + j]; }
  for (var j = 0u; j < step_.tokens; j++) {
    dpairs[first + j] = saved_probabilities[first + j] * (dpairs[first + j] - sum);
  }
}

/** forward: S = Q Kᵀ / √d. dQ = dS K / √d. a = dS, b = qkv, out = dqkv */
@compute @workgroup_size(8)
fn backward_query(@builtin(global_invocation_id) id: vec3u) {
  let k = transposed(third(id.z, KEY));
  store_product(pairs(id.z), k, step_.tokens, third(id.z, QUERY), head_width(), score_scale(), id.x);
}

/** forward: S = Q Kᵀ / √d. dK = dSᵀ Q / √d. a = dS, b = qkv, out = dqkv */
@compute @workgroup_size(8)
fn backward_key(@builtin(global_invocation_id) id: vec3u) {
  let q = transposed(third(id.z, QUERY));
  store_product(transposed(pairs(id.z)), q, step_.tokens, third(id.z, KEY), head_width(), score_scale(), id.x);
}
