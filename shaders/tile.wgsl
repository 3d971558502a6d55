// shared: an 8 x 8 tile of a matrix product, held in registers by one invocation.
//
//   tile[i][j] = sum over k of A[row + i, k] * B[k, col + j]
//
// An operand is an address rule: element (i, k) lies at base + i * outer + k * inner. A transposed operand is the same rule
// with outer and inner swapped, so that one loop serves x Wᵀ, dOut W, dOutᵀ x and every product of attention.
// The file that joins this one says what a load is: load_a(index), load_b(index).
// No workgroup memory: barriers cost more than they save where invocations run on a CPU, and caches do well on a GPU.
// Rows and columns past the edge read whatever lies there and are never stored.

struct Operand {
  base: u32,
  outer: u32,
  inner: u32,
}

const TILE = 8u;

struct Tile {
  row: u32,
  column: u32,
}

/** Tiles are counted along a row of the output first, so that neighbours share A. */
fn tile_at(index: u32, columns: u32) -> Tile {
  let across = (columns + TILE - 1u) / TILE;
  return Tile(index / across * TILE, index % across * TILE);
}

fn product(a: Operand, b: Operand, depth: u32, tile: Tile) -> array<vec4f, 16> {
  var c00 = vec4f(); var c01 = vec4f();
  var c10 = vec4f(); var c11 = vec4f();
  var c20 = vec4f(); var c21 = vec4f();
  var c30 = vec4f(); var c31 = vec4f();
  var c40 = vec4f(); var c41 = vec4f();
  var c50 = vec4f(); var c51 = vec4f();
  var c60 = vec4f(); var c61 = vec4f();
  var c70 = vec4f(); var c71 = vec4f();
  var ia = a.base + tile.row * a.outer;
  var ib = b.base + tile.column * b.outer;
  for (var k = 0u; k < depth; k++) {
    let b0 = vec4f(load_b(ib), load_b(ib + b.outer), load_b(ib + 2u * b.outer), load_b(ib + 3u * b.outer));
    let b1 = vec4f(load_b(ib + 4u * b.outer), load_b(ib + 5u * b.outer), load_b(ib + 6u * b.outer), load_b(ib + 7u * b.outer));
    let a0 = load_a(ia);                c00 += a0 * b0; c01 += a0 * b1;
    let a1 = load_a(ia + a.outer);      c10 += a1 * b0; c11 += a1 * b1;
    let a2 = load_a(ia + 2u * a.outer); c20 += a2 * b0; c21 += a2 * b1;
    let a3 = load_a(ia + 3u * a.outer); c30 += a3 * b0; c31 += a3 * b1;
    let a4 = load_a(ia + 4u * a.outer); c40 += a4 * b0; c41 += a4 * b1;
    let a5 = load_a(ia + 5u * a.outer); c50 += a5 * b0; c51 += a5 * b1;
    let a6 = load_a(ia + 6u * a.outer); c60 += a6 * b0; c61 += a6 * b1;
    let a7 = load_a(ia + 7u * a.outer); c70 += a7 * b0; c71 += a7 * b1;
    ia += a.inner;
    ib += b.inner;
  }
  return array(c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51, c60, c61, c70, c71);
}
