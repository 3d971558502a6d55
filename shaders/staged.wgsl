// shared: a tile of a matrix product, computed by a workgroup: for graphics cards.
//
//   tile[i][j] = sum over k of A[row + i, k] * B[k, column + j]
//
// LANES_TALL x LANES_WIDE lanes hold the tile in registers: 4 columns of 4 rows each, or of 2. Both operands are staged in
// workgroup memory, STAGE deep at a time: neighbouring lanes load neighbouring addresses, and each element is loaded once.
// A lane stages quads (quad.wgsl), turned so that the four rows of A, or the four columns of B, of one k lie side by side.
// SLICES such teams of lanes in a workgroup take every SLICES-th stage of the depth; their sums are added in order at the end.
// The same functions as tile.wgsl, which a processor joins; hooks as there: emit, emit_sums.

override LANES_TALL: u32 = 8u;
override LANES_WIDE: u32 = 8u;
/** 4 rows a lane, else 2. */
override TALL: bool = true;
override SLICES: u32 = 1u;
/** How deep a stage is, a multiple of 4. */
override STAGE: u32 = 16u;
/** Also adds up A over k, row by row, for `emit_sums`. */
override SUMS: bool = false;

override SLICE: u32 = LANES_TALL * LANES_WIDE;
override GROUP: u32 = SLICE * SLICES;
override ROWS_OF_LANE: u32 = 2u + 2u * u32(TALL);
/** From one k to the next in workgroup memory, in fours; one more for each operand than there are, so that lanes that store side by side meet other banks. */
override PITCH: u32 = LANES_TALL * ROWS_OF_LANE / 4u + LANES_WIDE + 2u;
/** Of one slice, in fours: its stage, or later its sums. */
override STAGED: u32 = max(STAGE * PITCH, ROWS_OF_LANE * SLICE * u32(SLICES > 1u));

var<workgroup> staged: array<vec4f, STAGED * SLICES>;

/** A turned tile is as wide as others are tall, if TALL: for results of many columns and few rows. */
struct Tile {
  row: u32,
  column: u32,
  turned: bool,
}

fn lanes_wide(turned: bool) -> u32 { return select(LANES_WIDE, LANES_TALL, turned && TALL); }
fn lanes_tall(turned: bool) -> u32 { return select(LANES_TALL, LANES_WIDE, turned && TALL); }
fn tile_rows() -> u32 { return LANES_TALL * ROWS_OF_LANE; }
fn tile_columns() -> u32 { return 4u * LANES_WIDE; }

var<private> lane_: u32;

/** A team computes a tile: here a workgroup. Its number in the grid. */
fn team_of(group: vec3u, groups: vec3u, lane: u32) -> u32 {
  lane_ = lane;
  return group.y * groups.x + group.x;
}
/** How many share the work of a team, and this one's number among them. */
fn team_size() -> u32 { return GROUP; }
fn member() -> u32 { return lane_; }
/** Waits until the whole team has written. */
fn team_barrier() {
  storageBarrier();
  workgroupBarrier();
}

/** Over the `count` members of a team that share a row. */
fn sum_of_members(value: f32, count: u32) -> f32 {
  staged[lane_].x = value;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < count; i++) { total += staged[lane_ / count * count + i].x; }
  workgroupBarrier();
  return total;
}
fn most_of_members(value: f32, count: u32) -> f32 {
  staged[lane_].x = value;
  workgroupBarrier();
  var most = value;
  for (var i = 0u; i < count; i++) { most = max(most, staged[lane_ / count * count + i].x); }
  workgroupBarrier();
  return most;
}

/** How many tiles cover (rows, columns). */
fn tile_count(rows: u32, columns: u32, turned: bool) -> u32 {
  let tall = lanes_tall(turned) * ROWS_OF_LANE;
  return (rows + tall - 1u) / tall * tiles_across(columns, turned);
}
fn tiles_across(columns: u32, turned: bool) -> u32 {
  let wide = 4u * lanes_wide(turned);
  return (columns + wide - 1u) / wide;
}

/** Tiles are counted along a row of the output first, so that neighbours share A. */
fn tile_at(index: u32, columns: u32, turned: bool) -> Tile {
  let across = tiles_across(columns, turned);
  return Tile(index / across * lanes_tall(turned) * ROWS_OF_LANE, index % across * 4u * lanes_wide(turned), turned);
}

/** Where a quad of an operand lies: `four` counts fours of rows or columns, `deep` fours of k. Neighbouring lanes follow the memory. */
struct Place4 {
  four: u32,
  deep: u32,
}
fn place_of(index: u32, operand: Operand, fours: u32) -> Place4 {
  if (operand.along) { return Place4(index / (STAGE / 4u), index % (STAGE / 4u)); }
  return Place4(index % fours, index / fours);
}

/** The k of a quad lie STAGE / 4 apart in a stage, so that lanes with neighbouring k store side by side: the order of a sum does not matter to it. */
fn store(at: u32, deep: u32, quad: mat4x4f) {
  staged[at + deep * PITCH] = quad[0];
  staged[at + (deep + STAGE / 4u) * PITCH] = quad[1];
  staged[at + (deep + STAGE / 2u) * PITCH] = quad[2];
  staged[at + (deep + 3u * STAGE / 4u) * PITCH] = quad[3];
}

/** Emits the tile of A B, (rows, columns) in all: the sum over first <= k < end. Every lane of the workgroup must come here. */
fn multiply(a: Operand, b: Operand, depth: Depth, tile: Tile, rows: u32, columns: u32) {
  let lane = lane_ % SLICE;
  let slice = lane_ / SLICE;
  let base = slice * STAGED;
  let rows_of_a = lanes_tall(tile.turned) * ROWS_OF_LANE / 4u;
  let columns_of_b = lanes_wide(tile.turned);
  let of_b = base + rows_of_a + 1u;
  let tall = lane / columns_of_b;
  let wide = lane % columns_of_b;
  let quads_of_a = rows_of_a * STAGE / 4u;
  let quads = quads_of_a + columns_of_b * STAGE / 4u;
  var c0 = vec4f(); var c1 = vec4f(); var c2 = vec4f(); var c3 = vec4f();
  var sums = vec4f();

  for (var stage = depth.first; stage < depth.end; stage += STAGE * SLICES) {
    let first = stage + slice * STAGE;
    for (var i = lane; i < quads; i += SLICE) {
      var quad = mat4x4f();
      if (i < quads_of_a) {
        let at = place_of(i, a, rows_of_a);
        let k = first + 4u * at.deep;
        if (k < depth.end) { quad = transpose(quad_of_a(a, tile.row + 4u * at.four, k, depth.end)); }
        if (SUMS) { sums += quad[0] + quad[1] + quad[2] + quad[3]; }
        store(base + at.four, at.deep, quad);
      } else {
        let at = place_of(i - quads_of_a, b, columns_of_b);
        let k = first + 4u * at.deep;
        if (k < depth.end) { quad = quad_of_b(b, tile.column + 4u * at.four, k, depth.end); }
        store(of_b + at.four, at.deep, quad);
      }
    }
    workgroupBarrier();
    for (var k = 0u; k < STAGE; k++) {
      let y = staged[of_b + k * PITCH + wide];
      if (TALL) {
        let x = staged[base + k * PITCH + tall];
        c0 += x.x * y; c1 += x.y * y; c2 += x.z * y; c3 += x.w * y;
      } else {
        let four = staged[base + k * PITCH + tall / 2u];
        let x = select(four.xy, four.zw, tall % 2u == 1u);
        c0 += x.x * y; c1 += x.y * y;
      }
    }
    workgroupBarrier();
  }

  if (SLICES > 1u) {
    staged[base + lane] = c0;
    staged[base + lane + SLICE] = c1;
    if (TALL) { staged[base + lane + 2u * SLICE] = c2; staged[base + lane + 3u * SLICE] = c3; }
    workgroupBarrier();
    for (var other = 1u; other < SLICES && slice == 0u; other++) {
      let at = other * STAGED + lane;
      c0 += staged[at]; c1 += staged[at + SLICE];
      if (TALL) { c2 += staged[at + 2u * SLICE]; c3 += staged[at + 3u * SLICE]; }
    }
    workgroupBarrier();
  }
  let column = tile.column + 4u * wide;
  if (slice == 0u && column < columns) {
    let row = tile.row + tall * ROWS_OF_LANE;
    let count = columns - column;
    if (row < rows) { emit(row, column, c0, count); }
    if (row + 1u < rows) { emit(row + 1u, column, c1, count); }
    if (TALL) {
      if (row + 2u < rows) { emit(row + 2u, column, c2, count); }
      if (row + 3u < rows) { emit(row + 3u, column, c3, count); }
    }
  }
  if (SUMS) { add_sums(tile, rows, rows_of_a, sums); }
}

/** A lane's sums are of one four of rows: SUMS stands for A across k, and a slice's lanes are a multiple of A's fours. */
fn add_sums(tile: Tile, rows: u32, fours: u32, sums: vec4f) {
  staged[lane_] = sums;
  workgroupBarrier();
  let row = tile.row + 4u * lane_;
  if (tile.column == 0u && lane_ < fours && row < rows) {
    var total = vec4f();
    for (var i = lane_; i < GROUP; i += fours) { total += staged[i]; }
    emit_sums(row, total, rows - row);
  }
  workgroupBarrier();
}
