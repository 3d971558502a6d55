// Multi-head self-attention on fused rows of query, key and value (Vaswani et al. 2017), then its backward.
//
//   forward    S = Q Kᵀ / √d,  P = softmax(S) over the real keys (exactly 0 at padded ones),  context = P V
//   backward   dP = dContext Vᵀ,  dS = P (dP - Σ_keys P dP)
//              dQ = dS K / √d,  dK = dSᵀ Q / √d,  dV = Pᵀ dContext
//
// qkv (B, T, 3H): query at 0, key at H, value at 2H; head h owns channels h d .. h d + d - 1 of each third, d = H / A.
// Pairs (B, A, T', T'), T' = T rounded up to a multiple of 4: P in the forward, dS in the backward; 0 in rows and columns past T.
// An invocation owns a tile's rows of one head: queries in `forward` and `backward_query`, keys in `backward_key`. It reads
// back only what it wrote itself, so that a chain of products needs no barrier. z counts the heads of all examples.
// Called by webgpu/ops/attention.ts. Joined: step, slots, tile.

override HIDDEN: u32;
override HEADS: u32;

@group(0) @binding(6) var<storage, read> lengths: array<u32>;

const QKV = 1u;
const D_CONTEXT = 2u;
const P = 3u;
const D_S = 4u;
/** What this dispatch writes: P in the forward, dS in `backward_query`. */
const WRITTEN_PAIRS = 5u;

fn load(source: u32, index: u32) -> vec4f {
  switch (source) {
    case QKV: { return in1(index); }
    case D_CONTEXT: { return in2(index); }
    case P: { return in3(index); }
    case D_S: { return in4(index); }
    default: { return out1(index); }
  }
}
fn load_a(source: u32, index: u32) -> vec4f { return load(source, index); }
fn load_b(source: u32, index: u32) -> vec4f { return load(source, index); }

/** Where a product goes: to pairs (out1), else to rows of channels (out2). */
struct Target {
  pairs: bool,
  base: u32,
  stride: u32,
  scale: f32,
}
var<private> to: Target;

fn emit(row: u32, column: u32, sum: vec4f, count: u32) {
  let at = to.base + row * to.stride + column;
  if (to.pairs) { set1(at, to.scale * sum, count); } else { set2(at, to.scale * sum, count); }
}

fn head_width() -> u32 { return HIDDEN / HEADS; }
fn score_scale() -> f32 { return 1.0 / sqrt(f32(head_width())); }
/** T' */
fn padded_tokens() -> u32 { return (step_.tokens + 3u) & ~3u; }

/** Where one head's query (0), key (1) or value (2) begins in qkv; its rows are 3 H apart. */
fn third(z: u32, which: u32) -> u32 {
  return z / HEADS * step_.tokens * 3u * HIDDEN + which * HIDDEN + z % HEADS * head_width();
}
/** Where one head of the context begins; its rows are H apart. */
fn context_of(z: u32) -> u32 {
  return z / HEADS * step_.tokens * HIDDEN + z % HEADS * head_width();
}
/** Where one head's pairs begin; its rows are T' apart. */
fn pairs_of(z: u32) -> u32 { return z * padded_tokens() * padded_tokens(); }

struct Owned {
  z: u32,
  row: u32,
}

/** The rows that an invocation owns. */
fn owned(index: u32) -> Owned {
  let blocks = (step_.tokens + tile_rows() - 1u) / tile_rows();
  return Owned(index / blocks, index % blocks * tile_rows());
}

/** The rows from `row` on of A B, (rows, columns) in all. */
fn multiply(a: Operand, b: Operand, depth: u32, row: u32, rows: u32, columns: u32) {
  for (var column = 0u; column < columns; column += tile_columns()) {
    let tile = Tile(row, column);
    emit_tile(tile, rows, columns, product(a, b, depth, tile));
  }
}

// ---- forward ----

/** in1 = qkv; out1 = P, out2 = context */
@compute @workgroup_size(GROUP)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let mine = owned(flat_index(id, groups, GROUP));
  if (mine.z >= step_.examples * HEADS) { return; }
  let z = mine.z;
  let row = mine.row;
  let wide = 3u * HIDDEN;
  let keys = padded_tokens();
  to = Target(true, pairs_of(z), keys, score_scale());
  multiply(along(QKV, third(z, 0u), wide), along(QKV, third(z, 1u), wide), head_width(), row, keys, keys);
  for (var query = row; query < min(row + tile_rows(), keys); query++) {
    softmax(pairs_of(z) + query * keys, select(0u, min(lengths[z / HEADS], step_.tokens), query < step_.tokens));
  }
  to = Target(false, context_of(z), HIDDEN, 1.0);
  multiply(along(WRITTEN_PAIRS, pairs_of(z), keys), across(QKV, third(z, 2u), wide), keys, row, step_.tokens, head_width());
}

/** In place, over the first `real` of a row's keys; 0 at the others. */
fn softmax(first: u32, real: u32) {
  let lowest = vec4f(-3.0e38);
  var highest = lowest;
  for (var j = 0u; j < real; j += 4u) { highest = max(highest, select(lowest, out1(first + j), vec4u(j, j + 1u, j + 2u, j + 3u) < vec4u(real))); }
  let most = max(max(highest.x, highest.y), max(highest.z, highest.w));
  var sums = vec4f();
  for (var j = 0u; j < padded_tokens(); j += 4u) {
    let e = select(vec4f(), exp(out1(first + j) - most), vec4u(j, j + 1u, j + 2u, j + 3u) < vec4u(real));
    set1(first + j, e, 4u);
    sums += e;
  }
  let sum = dot(sums, vec4f(1.0));
  for (var j = 0u; j < real; j += 4u) { set1(first + j, out1(first + j) / sum, 4u); }
}

// ---- backward ----

/** forward: context = softmax(Q Kᵀ / √d) V. in1 = qkv, in2 = dContext, in3 = P; out1 = dS, out2 = dqkv, its queries */
@compute @workgroup_size(GROUP)
fn backward_query(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let mine = owned(flat_index(id, groups, GROUP));
  if (mine.z >= step_.examples * HEADS) { return; }
  let z = mine.z;
  let row = mine.row;
  let wide = 3u * HIDDEN;
  let keys = padded_tokens();
  to = Target(true, pairs_of(z), keys, 1.0);
  multiply(along(D_CONTEXT, context_of(z), HIDDEN), along(QKV, third(z, 2u), wide), head_width(), row, keys, keys);
  for (var query = row; query < min(row + tile_rows(), keys); query++) {
    softmax_backward(pairs_of(z) + query * keys);
  }
  to = Target(false, third(z, 0u), wide, score_scale());
  multiply(along(WRITTEN_PAIRS, pairs_of(z), keys), across(QKV, third(z, 1u), wide), keys, row, step_.tokens, head_width());
}

/** dS = P (dP - Σ P dP) in place */
fn softmax_backward(first: u32) {
  var sum = 0.0;
  for (var j = 0u; j < padded_tokens(); j += 4u) { sum += dot(in3(first + j), out1(first + j)); }
  for (var j = 0u; j < padded_tokens(); j += 4u) { set1(first + j, in3(first + j) * (out1(first + j) - sum), 4u); }
}

/** in1 = qkv, in2 = dContext, in3 = P, in4 = dS; out2 = dqkv, its keys and values */
@compute @workgroup_size(GROUP)
fn backward_key(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let mine = owned(flat_index(id, groups, GROUP));
  if (mine.z >= step_.examples * HEADS) { return; }
  let z = mine.z;
  let row = mine.row;
  let wide = 3u * HIDDEN;
  let keys = padded_tokens();
  to = Target(false, third(z, 2u), wide, 1.0);
  multiply(across(P, pairs_of(z), keys), across(D_CONTEXT, context_of(z), HIDDEN), keys, row, step_.tokens, head_width());
  to = Target(false, third(z, 1u), wide, score_scale());
  multiply(across(D_S, pairs_of(z), keys), across(QKV, third(z, 0u), wide), keys, row, step_.tokens, head_width());
}
