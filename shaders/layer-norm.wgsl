// LayerNorm over the last axis of a sum (Ba, Kiros, Hinton 2016; biased variance, as in PyTorch); the sum may end in an adapter.
//
//   forward    s = x + residual + D (active W_upᵀ + b_up),  D = SCALING * dropout mask (Houlsby et al. 2019)
//              norm = (s - mean) * rstd,  out = norm * weight + bias           (without bias where HAS_BIAS is false)
//   backward   dNorm = dOut * weight
//              dS = addend + rstd * (dNorm - mean(dNorm) - norm * mean(dNorm * norm))        (dS is dX and dResidual)
//              dWeight += Σ dOut * norm,  dBias += Σ dOut
//
// One workgroup takes four rows; LANES invocations share their columns, four at a time.
// norm and rstd share a buffer: of every four rows first the four of norm, then their four rstd.
// Called by webgpu/ops/layer-norm.ts. Joined: step, slots, quad, place, dropout.

override WIDTH: u32;
override EPSILON: f32 = 0.0;
override HAS_RESIDUAL: bool = false;
override HAS_ADDEND: bool = false;
/** Invocations that share four rows: many on a GPU, few where a barrier is dear. */
override LANES: u32 = 32u;
/** M of the adapter whose up-projection ends in this sum; 0 without one. */
override BOTTLENECK: u32 = 0u;
override SCALING: f32 = 1.0;
override DROPOUT: f32 = 0.0;
/** Which of the two gradients `backward_affine` writes. HAS_BIAS, of `forward`: there is a bias. */
override HAS_WEIGHT: bool = false;
override HAS_BIAS: bool = false;

/** Of `backward_affine`: lanes that share the rows of a column; LANES have columns of their own. */
override SLICES: u32 = 1u;
override AFFINE_GROUP: u32 = LANES * SLICES;

var<workgroup> partial: array<vec4f, LANES>;

/** The sums of four rows over the lanes of the workgroup, the same in each. Many lanes are added up by eight of them first. */
fn sum_over_lanes(value: vec4f, lane: u32) -> vec4f {
  partial[lane] = value;
  workgroupBarrier();
  if (LANES > 8u) {
    var some = vec4f();
    for (var i = lane; i < LANES && lane < 8u; i += 8u) { some += partial[i]; }
    workgroupBarrier();
    if (lane < 8u) { partial[lane] = some; }
    workgroupBarrier();
  }
  var total = vec4f();
  for (var i = 0u; i < min(LANES, 8u); i++) { total += partial[i]; }
  workgroupBarrier();
  return total;
}

/** Where norm lies. */
fn norm_at(row: u32, column: u32) -> u32 { return (row / 4u) * (4u * WIDTH + 4u) + (row % 4u) * WIDTH + column; }
/** Where the rstd of four rows lie. */
fn rstd_at(row: u32) -> u32 { return norm_at(row, 4u * WIDTH); }

fn row_count() -> u32 { return step_.examples * step_.tokens; }

/** `quad` holds four rows as columns: zero where a column of the matrix lies past its width. */
fn inside(quad: mat4x4f, column: u32) -> mat4x4f {
  if (column + 4u <= WIDTH) { return quad; }
  return without_tail(quad, column, WIDTH);
}

// The adapter's up-projection as a product of quads: A = active (rows, M), B = W_up (H, M).
fn load_a(source: u32, index: u32) -> vec4f { return in5(index); }
fn load_b(source: u32, index: u32) -> vec4f { return in6(index); }

/** Four rows of s at four columns. in1 = x, in2 = residual, in5 = active, in6 = W_up … b_up */
fn input(row: u32, column: u32, key: u32) -> mat4x4f {
  var adapted = mat4x4f();
  for (var k = 0u; k < BOTTLENECK; k += 4u) {
    adapted += quad_of_b(along(0u, 0u, BOTTLENECK), column, k, BOTTLENECK) * quad_of_a(along(0u, 0u, BOTTLENECK), row, k, BOTTLENECK);
  }
  var quad: mat4x4f;
  for (var r = 0u; r < 4u; r++) {
    let at = (row + r) * WIDTH + column;
    var value = in1(at);
    if (BOTTLENECK > 0u) { value += SCALING * dropout_factors(key, at, DROPOUT) * (adapted[r] + in6(place.up_bias + column)); }
    if (HAS_RESIDUAL) { value += in2(at); }
    quad[r] = value;
  }
  return inside(quad, column);
}

// ---- forward: out = norm * weight + bias ----

/** Of four rows. */
struct Statistics {
  mean: vec4f,
  rstd: vec4f,
}

/** Leaves s where norm will lie: an invocation comes back to its own columns only. out2 = norm and rstd */
fn statistics(row: u32, lane: u32) -> Statistics {
  let rows = row_count();
  let key = dropout_key(place.site);
  var sum = vec4f();
  for (var column = 4u * lane; column < WIDTH; column += 4u * LANES) {
    var s = input(row, column, key);
    sum += vec4f(1.0) * s;
    for (var r = 0u; r < 4u && row + r < rows; r++) { set2(norm_at(row + r, column), s[r], WIDTH - column); }
  }
  let mean = sum_over_lanes(sum, lane) / f32(WIDTH);
  var squares = vec4f();
  for (var column = 4u * lane; column < WIDTH; column += 4u * LANES) {
    var centred: mat4x4f;
    for (var r = 0u; r < 4u; r++) { centred[r] = out2(norm_at(row + r, column)) - mean[r]; }
    centred = inside(centred, column);
    squares += vec4f(dot(centred[0], centred[0]), dot(centred[1], centred[1]), dot(centred[2], centred[2]), dot(centred[3], centred[3]));
  }
  return Statistics(mean, inverseSqrt(sum_over_lanes(squares, lane) / f32(WIDTH) + EPSILON));
}

/** in3 = weight, in4 = bias; out1 = out, out2 = norm and rstd */
@compute @workgroup_size(LANES)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = 4u * (group.y * groups.x + group.x);
  let rows = row_count();
  let of_rows = statistics(row, lane);
  for (var column = 4u * lane; column < WIDTH; column += 4u * LANES) {
    for (var r = 0u; r < 4u && row + r < rows; r++) {
      let normed = (out2(norm_at(row + r, column)) - of_rows.mean[r]) * of_rows.rstd[r];
      set2(norm_at(row + r, column), normed, WIDTH - column);
      var value = normed * in3(column);
      if (HAS_BIAS) { value += in4(column); }
      set1((row + r) * WIDTH + column, value, WIDTH - column);
    }
  }
  if (lane == 0u && row < rows) { set2(rstd_at(row), of_rows.rstd, 4u); }
}

/** As `forward`, of a LayerNorm without bias whose sum goes on beside it. in3 = weight; out1 = out, out2 = norm and rstd, out3 = s */
@compute @workgroup_size(LANES)
fn forward_beside(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = 4u * (group.y * groups.x + group.x);
  let rows = row_count();
  let of_rows = statistics(row, lane);
  for (var column = 4u * lane; column < WIDTH; column += 4u * LANES) {
    for (var r = 0u; r < 4u && row + r < rows; r++) {
      let at = (row + r) * WIDTH + column;
      let s = out2(norm_at(row + r, column));
      let normed = (s - of_rows.mean[r]) * of_rows.rstd[r];
      set2(norm_at(row + r, column), normed, WIDTH - column);
      set1(at, normed * in3(column), WIDTH - column);
      set3(at, s, WIDTH - column);
    }
  }
  if (lane == 0u && row < rows) { set2(rstd_at(row), of_rows.rstd, 4u); }
}

// ---- backward ----

/** in1 = dOut, in2 = norm and rstd, in3 = weight, in4 = addend; out1 = dS */
@compute @workgroup_size(LANES)
fn backward_input(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = 4u * (group.y * groups.x + group.x);
  let rows = row_count();
  var sum = vec4f();
  var sum_norm = vec4f();
  for (var column = 4u * lane; column < WIDTH; column += 4u * LANES) {
    var dnorm: mat4x4f;
    var norm: mat4x4f;
    for (var r = 0u; r < 4u; r++) {
      dnorm[r] = in1((row + r) * WIDTH + column) * in3(column);
      norm[r] = in2(norm_at(row + r, column));
    }
    dnorm = inside(dnorm, column);
    sum += vec4f(1.0) * dnorm;
    sum_norm += vec4f(dot(dnorm[0], norm[0]), dot(dnorm[1], norm[1]), dot(dnorm[2], norm[2]), dot(dnorm[3], norm[3]));
  }
  let mean = sum_over_lanes(sum, lane) / f32(WIDTH);
  let mean_norm = sum_over_lanes(sum_norm, lane) / f32(WIDTH);
  let scale = in2(rstd_at(row));
  for (var column = 4u * lane; column < WIDTH; column += 4u * LANES) {
    for (var r = 0u; r < 4u && row + r < rows; r++) {
      let at = (row + r) * WIDTH + column;
      var value = scale[r] * (in1(at) * in3(column) - mean[r] - in2(norm_at(row + r, column)) * mean_norm[r]);
      if (HAS_ADDEND) { value += in4(at); }
      set1(at, value, WIDTH - column);
    }
  }
}

var<workgroup> dweights: array<vec4f, AFFINE_GROUP>;
var<workgroup> dbiases: array<vec4f, AFFINE_GROUP>;

/** forward: out = norm * weight + bias. in1 = dOut, in2 = norm; out1 = dWeight, out2 = dBias, four columns a lane */
@compute @workgroup_size(AFFINE_GROUP)
fn backward_affine(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column = 4u * (group.x * LANES + lane % LANES);
  let slice = lane / LANES;
  var dweight = vec4f();
  var dbias = vec4f();
  for (var row = slice; row < row_count() && column < WIDTH; row += SLICES) {
    let dout = in1(row * WIDTH + column);
    dbias += dout;
    dweight += dout * in2(norm_at(row, column));
  }
  if (SLICES > 1u) {
    dweights[lane] = dweight;
    dbiases[lane] = dbias;
    workgroupBarrier();
    for (var other = lane + LANES; other < AFFINE_GROUP && slice == 0u; other += LANES) {
      dweight += dweights[other];
      dbias += dbiases[other];
    }
  }
  if (slice > 0u || column >= WIDTH) { return; }
  if (HAS_WEIGHT) { set1(column, out1(column) + dweight, WIDTH - column); }
  if (HAS_BIAS) { set2(column, out2(column) + dbias, WIDTH - column); }
}
