// shared: a tile of a matrix product, held in registers by one invocation.
//
//   tile[i][j] = sum over k of A[row + i, k] * B[k, column + j]
//
// A tile is made of quads, blocks of 4 x 4, and a quad of the product is a sum of quads of B times quads of A:
//   a quad of A holds four rows as its columns, each at four k;
//   a quad of B holds four k as its columns, each at four columns of the product;
//   so a quad of the product holds four rows as its columns.
// An operand lies along k (k is the fast index) or across it; a quad loaded the other way round is transposed.
//
// The file that joins this one says where an operand's elements lie and what becomes of a row of four:
//   load_a(source, index) -> vec4f, load_b(source, index) -> vec4f, emit(row, column, sum: vec4f, count)
// No workgroup memory: barriers cost more than they save where invocations run on a CPU, and caches do well on a GPU.
// Rows and columns past the edge read whatever lies there and are never emitted.

/** 16 rows a tile, else 8. */
override TALL: bool = false;
/** 16 columns a tile, else 8. */
override WIDE: bool = false;
/** Invocations of a workgroup. */
override GROUP: u32 = 32u;
/** The depth may be no multiple of 4. (A check of every load is dear in time and in code, so that only those who need it pay.) */
override RAGGED: bool = false;
/** Also adds up A over k, row by row, in `row_sums`. */
override SUMS: bool = false;

struct Operand {
  source: u32,
  base: u32,
  stride: u32,
  along: bool,
}

fn along(source: u32, base: u32, stride: u32) -> Operand { return Operand(source, base, stride, true); }
fn across(source: u32, base: u32, stride: u32) -> Operand { return Operand(source, base, stride, false); }

struct Tile {
  row: u32,
  column: u32,
}

fn tile_rows() -> u32 { return select(8u, 16u, TALL); }
fn tile_columns() -> u32 { return select(8u, 16u, WIDE); }

/** How many tiles cover so many columns. */
fn tiles_across(columns: u32) -> u32 { return (columns + tile_columns() - 1u) / tile_columns(); }

/** Tiles are counted along a row of the output first, so that neighbours share A. */
fn tile_at(index: u32, columns: u32) -> Tile {
  return Tile(index / tiles_across(columns) * tile_rows(), index % tiles_across(columns) * tile_columns());
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

/** Sums of A over k for the rows of the tile, if SUMS. */
var<private> row_sums: array<vec4f, 4>;

/** Quad (i, j) of the tile is element 4 i + j. */
fn product(a: Operand, b: Operand, depth: u32, tile: Tile) -> array<mat4x4f, 16> {
  var c00 = mat4x4f(); var c01 = mat4x4f(); var c02 = mat4x4f(); var c03 = mat4x4f();
  var c10 = mat4x4f(); var c11 = mat4x4f(); var c12 = mat4x4f(); var c13 = mat4x4f();
  var c20 = mat4x4f(); var c21 = mat4x4f(); var c22 = mat4x4f(); var c23 = mat4x4f();
  var c30 = mat4x4f(); var c31 = mat4x4f(); var c32 = mat4x4f(); var c33 = mat4x4f();
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  let one = vec4f(1.0);
  for (var k = 0u; k < depth; k += 4u) {
    let b0 = quad_of_b(b, tile.column, k, depth);
    let b1 = quad_of_b(b, tile.column + 4u, k, depth);
    var b2: mat4x4f;
    var b3: mat4x4f;
    if (WIDE) {
      b2 = quad_of_b(b, tile.column + 8u, k, depth);
      b3 = quad_of_b(b, tile.column + 12u, k, depth);
    }
    let a0 = quad_of_a(a, tile.row, k, depth);
    c00 += b0 * a0; c01 += b1 * a0;
    if (WIDE) { c02 += b2 * a0; c03 += b3 * a0; }
    let a1 = quad_of_a(a, tile.row + 4u, k, depth);
    c10 += b0 * a1; c11 += b1 * a1;
    if (WIDE) { c12 += b2 * a1; c13 += b3 * a1; }
    if (SUMS) { s0 += one * a0; s1 += one * a1; }
    if (TALL) {
      let a2 = quad_of_a(a, tile.row + 8u, k, depth);
      c20 += b0 * a2; c21 += b1 * a2;
      if (WIDE) { c22 += b2 * a2; c23 += b3 * a2; }
      let a3 = quad_of_a(a, tile.row + 12u, k, depth);
      c30 += b0 * a3; c31 += b1 * a3;
      if (WIDE) { c32 += b2 * a3; c33 += b3 * a3; }
      if (SUMS) { s2 += one * a2; s3 += one * a3; }
    }
  }
  if (SUMS) { row_sums = array(s0, s1, s2, s3); }
  return array(c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23, c30, c31, c32, c33);
}

/** Emits what lies inside (rows, columns), four columns of a row at a time. */
fn emit_tile(tile: Tile, rows: u32, columns: u32, values: array<mat4x4f, 16>) {
  var quads = values;
  for (var i = 0u; i < tile_rows() / 4u; i++) {
    for (var j = 0u; j < tile_columns() / 4u; j++) {
      let column = tile.column + 4u * j;
      if (column >= columns) { break; }
      var quad = quads[4u * i + j];
      for (var r = 0u; r < 4u; r++) {
        let row = tile.row + 4u * i + r;
        if (row < rows) { emit(row, column, quad[r], columns - column); }
      }
    }
  }
}
