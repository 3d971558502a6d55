// Multi-head self-attention on fused rows of query, key and value (Vaswani et al. 2017), then its backward.
//
//   forward    S = Q Kᵀ / √d,  P = softmax(S) over the real keys (exactly 0 at padded ones),  context = P V
//   backward   dP = dContext Vᵀ,  dS = P (dP - Σ_keys P dP)
//              dQ = dS K / √d,  dK = dSᵀ Q / √d,  dV = Pᵀ dContext
//
// Where LOCAL, a query sees only real keys up to REACH tokens away (Beltagy et al. 2020), at padding perhaps none: P is 0 there.
// qkv (B, T, 3H): query at 0, key at H, value at 2H; head h owns channels h d .. h d + d - 1 of each third, d = H / A.
// Pairs (B, A, T', T'), T' = T rounded up to a multiple of 4: P in the forward, dS in the backward; 0 in rows and columns past T.
// A team owns a tile's rows of one head's queries, and reads back only pairs that it wrote itself; z counts the heads of all examples.
// P is kept for the backward, which so takes four products; from sums of exponentials alone it would take seven.
// Called by webgpu/ops/attention.ts. Joined: step, slots, quad, tile or staged.

override HIDDEN: u32;
override HEADS: u32;
override LOCAL: bool = false;
override REACH: u32 = 0u;

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

fn emit_sums(row: u32, sums: vec4f, count: u32) {}

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

/** How many tiles cover so many rows. */
fn tiles_down(rows: u32) -> u32 { return (rows + tile_rows() - 1u) / tile_rows(); }

/** The rows from `row` on of A B, (rows, columns) in all. */
fn multiply_rows(a: Operand, b: Operand, depth: u32, row: u32, rows: u32, columns: u32) {
  for (var column = 0u; column < columns; column += tile_columns()) {
    var tile = tile_at(0u, columns, false);
    tile.row = row;
    tile.column = column;
    multiply(a, b, whole(depth), tile, rows, columns);
  }
}

/** How many members of a team share a row of pairs, side by side, and how many rows a team takes at once. */
fn row_members() -> u32 { return max(team_size() / tile_rows(), 1u); }
fn rows_at_once() -> u32 { return team_size() / row_members(); }

// ---- forward ----

/** in1 = qkv; out1 = P, out2 = context */
@compute @workgroup_size(GROUP)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = team_of(group, groups, lane);
  let z = index / tiles_down(step_.tokens);
  let row = index % tiles_down(step_.tokens) * tile_rows();
  if (z >= step_.examples * HEADS) { return; }
  let wide = 3u * HIDDEN;
  let keys = padded_tokens();
  to = Target(true, pairs_of(z), keys, score_scale());
  multiply_rows(along(QKV, third(z, 0u), wide), along(QKV, third(z, 1u), wide), head_width(), row, keys, keys);
  team_barrier();
  for (var at = 0u; at < tile_rows(); at += rows_at_once()) {
    let query = row + at + member() / row_members();
    softmax(pairs_of(z) + query * keys, seen_by(query, min(lengths[z / HEADS], step_.tokens)), select(0u, keys, query < keys));
  }
  team_barrier();
  to = Target(false, context_of(z), HIDDEN, 1.0);
  multiply_rows(along(WRITTEN_PAIRS, pairs_of(z), keys), across(QKV, third(z, 2u), wide), keys, row, step_.tokens, head_width());
}

/** The keys that a query sees: `begin` .. `end` - 1. */
struct Keys {
  begin: u32,
  end: u32,
}

fn seen_by(query: u32, real: u32) -> Keys {
  if (query >= step_.tokens) { return Keys(0u, 0u); }
  if (!LOCAL) { return Keys(0u, real); }
  let begin = query - min(query, REACH);
  let end = min(real, query + REACH + 1u);
  return Keys(begin, select(0u, end, begin < end));
}

/** Of four keys begin j on. */
fn are_seen(j: u32, keys: Keys) -> vec4<bool> {
  let four = vec4u(j, j + 1u, j + 2u, j + 3u);
  if (!LOCAL) { return four < vec4u(keys.end); }
  return (four >= vec4u(keys.begin)) & (four < vec4u(keys.end));
}

/** In place, over the keys of a row that are `seen`; 0 at the others. */
fn softmax(first: u32, seen: Keys, keys: u32) {
  let lowest = vec4f(-3.0e38);
  let mine = 4u * (member() % row_members());
  let next = 4u * row_members();
  var highest = lowest;
  for (var j = mine; j < seen.end; j += next) { highest = max(highest, select(lowest, out1(first + j), are_seen(j, seen))); }
  let most = most_of_members(max(max(highest.x, highest.y), max(highest.z, highest.w)), row_members());
  var sums = vec4f();
  for (var j = mine; j < keys; j += next) {
    let e = select(vec4f(), exp(out1(first + j) - most), are_seen(j, seen));
    set1(first + j, e, 4u);
    sums += e;
  }
  let sum = sum_of_members(dot(sums, vec4f(1.0)), row_members());
  for (var j = mine; j < seen.end; j += next) { set1(first + j, out1(first + j) / sum, 4u); }
}

// ---- backward ----

/** forward: context = softmax(Q Kᵀ / √d) V. in1 = qkv, in2 = dContext, in3 = P; out1 = dS, out2 = dqkv, its queries */
@compute @workgroup_size(GROUP)
fn backward_query(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = team_of(group, groups, lane);
  let z = index / tiles_down(step_.tokens);
  let row = index % tiles_down(step_.tokens) * tile_rows();
  if (z >= step_.examples * HEADS) { return; }
  let wide = 3u * HIDDEN;
  let keys = padded_tokens();
  to = Target(true, pairs_of(z), keys, 1.0);
  multiply_rows(along(D_CONTEXT, context_of(z), HIDDEN), along(QKV, third(z, 2u), wide), head_width(), row, keys, keys);
  team_barrier();
  for (var at = 0u; at < tile_rows(); at += rows_at_once()) {
    let query = row + at + member() / row_members();
    softmax_backward(pairs_of(z) + query * keys, select(0u, keys, query < keys));
  }
  team_barrier();
  to = Target(false, third(z, 0u), wide, score_scale());
  multiply_rows(along(WRITTEN_PAIRS, pairs_of(z), keys), across(QKV, third(z, 1u), wide), keys, row, step_.tokens, head_width());
}

/** dS = P (dP - Σ P dP) in place */
fn softmax_backward(first: u32, keys: u32) {
  let mine = 4u * (member() % row_members());
  let next = 4u * row_members();
  var products = 0.0;
  for (var j = mine; j < keys; j += next) { products += dot(in3(first + j), out1(first + j)); }
  let sum = sum_of_members(products, row_members());
  for (var j = mine; j < keys; j += next) { set1(first + j, in3(first + j) * (out1(first + j) - sum), 4u); }
}

/**
 * in1 = qkv, in2 = dContext, in3 = P, in4 = dS; out2 = dqkv, its keys and values.
 * A team computes one tile; those of all values come first, those of all keys after them.
 */
@compute @workgroup_size(GROUP)
fn backward_key(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let tiles = tile_count(step_.tokens, head_width(), false);
  let index = team_of(group, groups, lane);
  let heads = step_.examples * HEADS;
  if (index >= 2u * heads * tiles) { return; }
  let z = index / tiles % heads;
  let tile = tile_at(index % tiles, head_width(), false);
  let wide = 3u * HIDDEN;
  let keys = padded_tokens();
  if (index < heads * tiles) {
    to = Target(false, third(z, 2u), wide, 1.0);
    multiply(across(P, pairs_of(z), keys), across(D_CONTEXT, context_of(z), HIDDEN), whole(keys), tile, step_.tokens, head_width());
  } else {
    to = Target(false, third(z, 1u), wide, score_scale());
    multiply(across(D_S, pairs_of(z), keys), across(QKV, third(z, 0u), wide), whole(keys), tile, step_.tokens, head_width());
  }
}
