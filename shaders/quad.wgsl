// shared: blocks of 4 x 4 of the two operands of a matrix product, as both kinds of tiles read them (tile.wgsl, staged.wgsl).
//
//   a quad of A holds four rows as its columns, each at four k;
//   a quad of B holds four k as its columns, each at four columns of the product;
//   so B times A, as matrices, is a quad of the product that holds four rows as its columns.
//
// An operand lies along k (k is the fast index) or across it; a quad loaded the other way round is transposed.
// The file that joins this one says where an operand's elements lie: load_a(source, index) -> vec4f, load_b(source, index) -> vec4f.
// Rows and columns past the edge read whatever lies there and are never emitted.

/** The depth may be no multiple of 4. (A check of every load is dear in time and in code, so that only those who need it pay.) */
override RAGGED: bool = false;

struct Operand {
  source: u32,
  base: u32,
  stride: u32,
  along: bool,
}

fn along(source: u32, base: u32, stride: u32) -> Operand { return Operand(source, base, stride, true); }
fn across(source: u32, base: u32, stride: u32) -> Operand { return Operand(source, base, stride, false); }

/** Of the sum over k: first <= k < end. */
struct Depth {
  first: u32,
  end: u32,
}

fn whole(depth: u32) -> Depth { return Depth(0u, depth); }

/** Part `index` of `count` parts of like size; all but the last end at a multiple of 4. */
fn part_of(depth: u32, index: u32, count: u32) -> Depth {
  let size = 4u * ((depth + 4u * count - 1u) / (4u * count));
  return Depth(min(index * size, depth), min((index + 1u) * size, depth));
}

/** Zero where k runs past the depth. `quad` has four k in each column. */
fn without_tail(quad: mat4x4f, k: u32, depth: u32) -> mat4x4f {
  let real = vec4u(k, k + 1u, k + 2u, k + 3u) < vec4u(depth);
  let none = vec4f();
  return mat4x4f(select(none, quad[0], real), select(none, quad[1], real), select(none, quad[2], real), select(none, quad[3], real));
}

/** Rows row .. row + 3 as columns, each at k .. k + 3. */
fn quad_of_a(a: Operand, row: u32, k: u32, depth: u32) -> mat4x4f {
  let at = a.base + select(k * a.stride + row, row * a.stride + k, a.along);
  var quad = mat4x4f(load_a(a.source, at), load_a(a.source, at + a.stride), load_a(a.source, at + 2u * a.stride), load_a(a.source, at + 3u * a.stride));
  if (!a.along) { quad = transpose(quad); }
  if (RAGGED && k + 4u > depth) { quad = without_tail(quad, k, depth); }
  return quad;
}

/** k .. k + 3 as columns, each at columns column .. column + 3 of the product. */
fn quad_of_b(b: Operand, column: u32, k: u32, depth: u32) -> mat4x4f {
  let at = b.base + select(k * b.stride + column, column * b.stride + k, b.along);
  var quad = mat4x4f(load_b(b.source, at), load_b(b.source, at + b.stride), load_b(b.source, at + 2u * b.stride), load_b(b.source, at + 3u * b.stride));
  if (RAGGED && k + 4u > depth) {
    if (!b.along) { quad = transpose(quad); }
    quad = transpose(without_tail(quad, k, depth));
    return quad;
  }
  if (b.along) { quad = transpose(quad); }
  return quad;
}
