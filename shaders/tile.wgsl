// shared: a tile of a matrix product, held in registers by one invocation: for a processor that runs shaders.
//
//   tile[i][j] = sum over k of A[row + i, k] * B[k, column + j]
//
// A tile is made of quads (quad.wgsl), and a quad of the product is a sum of quads of B times quads of A.
// No workgroup memory: barriers cost more than they save where invocations run on a processor. Cards join staged.wgsl instead,
// which has the same functions. The file that joins either says what becomes of a row of four and of the sums of A:
//   emit(row, column, sum: vec4f, count), emit_sums(row, sums: vec4f, count)

/** 16 rows a tile, else 8. */
override TALL: bool = false;
/** 16 columns a tile, else 8. */
override WIDE: bool = false;
/** Invocations of a workgroup. */
override GROUP: u32 = 32u;
/** Also adds up A over k, row by row, for `emit_sums`. */
override SUMS: bool = false;

struct Tile {
  row: u32,
  column: u32,
}

fn tile_rows() -> u32 { return select(8u, 16u, TALL); }
fn tile_columns() -> u32 { return select(8u, 16u, WIDE); }

/** A team computes a tile: here an invocation. Its number in the grid. */
fn team_of(group: vec3u, groups: vec3u, lane: u32) -> u32 { return (group.y * groups.x + group.x) * GROUP + lane; }
/** How many share the work of a team, and this one's number among them. */
fn team_size() -> u32 { return 1u; }
fn member() -> u32 { return 0u; }
/** Waits until the whole team has written. */
fn team_barrier() {}
/** Over the `count` members of a team that share a row. */
fn sum_of_members(value: f32, count: u32) -> f32 { return value; }
fn most_of_members(value: f32, count: u32) -> f32 { return value; }

/** How many tiles cover (rows, columns). `turned` is for those who can turn a tile. */
fn tile_count(rows: u32, columns: u32, turned: bool) -> u32 {
  return (rows + tile_rows() - 1u) / tile_rows() * tiles_across(columns);
}
fn tiles_across(columns: u32) -> u32 { return (columns + tile_columns() - 1u) / tile_columns(); }

/** Tiles are counted along a row of the output first, so that neighbours share A. */
fn tile_at(index: u32, columns: u32, turned: bool) -> Tile {
  return Tile(index / tiles_across(columns) * tile_rows(), index % tiles_across(columns) * tile_columns());
}

/** Sums of A over k for the rows of the tile, if SUMS. */
var<private> row_sums: array<vec4f, 4>;

/** Quad (i, j) of the tile is element 4 i + j. */
fn product(a: Operand, b: Operand, depth: Depth, tile: Tile) -> array<mat4x4f, 16> {
  var c00 = mat4x4f(); var c01 = mat4x4f(); var c02 = mat4x4f(); var c03 = mat4x4f();
  var c10 = mat4x4f(); var c11 = mat4x4f(); var c12 = mat4x4f(); var c13 = mat4x4f();
  var c20 = mat4x4f(); var c21 = mat4x4f(); var c22 = mat4x4f(); var c23 = mat4x4f();
  var c30 = mat4x4f(); var c31 = mat4x4f(); var c32 = mat4x4f(); var c33 = mat4x4f();
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  let one = vec4f(1.0);
  for (var k = depth.first; k < depth.end; k += 4u) {
    let b0 = quad_of_b(b, tile.column, k, depth.end);
    let b1 = quad_of_b(b, tile.column + 4u, k, depth.end);
    var b2: mat4x4f;
    var b3: mat4x4f;
    if (WIDE) {
      b2 = quad_of_b(b, tile.column + 8u, k, depth.end);
      b3 = quad_of_b(b, tile.column + 12u, k, depth.end);
    }
    let a0 = quad_of_a(a, tile.row, k, depth.end);
    c00 += b0 * a0; c01 += b1 * a0;
    if (WIDE) { c02 += b2 * a0; c03 += b3 * a0; }
    let a1 = quad_of_a(a, tile.row + 4u, k, depth.end);
    c10 += b0 * a1; c11 += b1 * a1;
    if (WIDE) { c12 += b2 * a1; c13 += b3 * a1; }
    if (SUMS) { s0 += one * a0; s1 += one * a1; }
    if (TALL) {
      let a2 = quad_of_a(a, tile.row + 8u, k, depth.end);
      c20 += b0 * a2; c21 += b1 * a2;
      if (WIDE) { c22 += b2 * a2; c23 += b3 * a2; }
      let a3 = quad_of_a(a, tile.row + 12u, k, depth.end);
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

/** Emits the tile of A B, (rows, columns) in all: the sum over first <= k < end. */
fn multiply(a: Operand, b: Operand, depth: Depth, tile: Tile, rows: u32, columns: u32) {
  emit_tile(tile, rows, columns, product(a, b, depth, tile));
  if (!SUMS || tile.column > 0u) { return; }
  for (var row = tile.row; row < min(tile.row + tile_rows(), rows); row += 4u) {
    emit_sums(row, row_sums[(row - tile.row) / 4u], rows - row);
  }
}
