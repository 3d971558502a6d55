// LayerNorm over the last axis, of a sum of up to two inputs (Ba, Kiros, Hinton 2016; biased variance, as in PyTorch).
//
//   forward    s = x + residual,  norm = (s - mean) * rstd,  out = norm * weight + bias
//   backward   dNorm = dOut * weight
//              dS = addend + rstd * (dNorm - mean(dNorm) - norm * mean(dNorm * norm))        (dS is dX and dResidual)
//              dWeight += Σ dOut * norm;  dBias is a column sum of dOut (column-sum.wgsl)
//
// One workgroup a row; LANES invocations share its columns. Called by webgpu/ops/layer-norm.ts. Joined: step.

override WIDTH: u32;
override EPSILON: f32;
override HAS_RESIDUAL: bool = false;
override HAS_ADDEND: bool = false;
/** 32 on a GPU; fewer where a barrier is dear. */
override LANES: u32 = 32u;

@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> residual: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> out: array<f32>;
@group(0) @binding(6) var<storage, read_write> norm: array<f32>;
@group(0) @binding(7) var<storage, read_write> rstd: array<f32>;

var<workgroup> partial: array<f32, LANES>;

/** The sum of `value` over the lanes of the workgroup, the same in each. */
fn sum_over_lanes(value: f32, lane: u32) -> f32 {
  partial[lane] = value;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < LANES; i++) { total += partial[i]; }
  workgroupBarrier();
  return total;
}

fn input(at: u32) -> f32 {
  if (HAS_RESIDUAL) { return x[at] + residual[at]; }
  return x[at];
}

// ---- forward: out = norm * weight + bias ----

@compute @workgroup_size(LANES)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * groups.x + group.x;
  let first = row * WIDTH;
  var sum = 0.0;
  for (var i = lane; i < WIDTH; i += LANES) { sum += input(first + i); }
  let mean = sum_over_lanes(sum, lane) / f32(WIDTH);
  var squares = 0.0;
  for (var i = lane; i < WIDTH; i += LANES) {
    let centred = input(first + i) - mean;
    squares += centred * centred;
  }
  let scale = inverseSqrt(sum_over_lanes(squares, lane) / f32(WIDTH) + EPSILON);
  if (row >= step_.examples * step_.tokens) { return; }
  for (var i = lane; i < WIDTH; i += LANES) {
    let normed = (input(first + i) - mean) * scale;
    norm[first + i] = normed;
    out[first + i] = normed * weight[i] + bias[i];
  }
  if (lane == 0u) { rstd[row] = scale; }
}

// ---- backward ----

@group(0) @binding(1) var<storage, read> dout: array<f32>;
@group(0) @binding(2) var<storage, read> saved_norm: array<f32>;
@group(0) @binding(4) var<storage, read> saved_rstd: array<f32>;
@group(0) @binding(5) var<storage, read> addend: array<f32>;
@group(0) @binding(6) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(LANES)
fn backward_input(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.y * groups.x + group.x;
  let first = row * WIDTH;
  var sum = 0.0;
  var sum_norm = 0.0;
  for (var i = lane; i < WIDTH; i += LANES) {
    let dnorm = dout[first + i] * weight[i];
    sum += dnorm;
    sum_norm += dnorm * saved_norm[first + i];
  }
  let mean = sum_over_lanes(sum, lane) / f32(WIDTH);
  let mean_norm = sum_over_lanes(sum_norm, lane) / f32(WIDTH);
  if (row >= step_.examples * step_.tokens) { return; }
  let scale = saved_rstd[row];
  for (var i = lane; i < WIDTH; i += LANES) {
    let dnorm = dout[first + i] * weight[i];
    var value = scale * (dnorm - mean - saved_norm[first + i] * mean_norm);
    if (HAS_ADDEND) { value += addend[first + i]; }
    dx[first + i] = value;
  }
}

@group(0) @binding(3) var<storage, read_write> dweight: array<f32>;

/** forward: out = norm * weight + bias */
@compute @workgroup_size(32)
fn backward_weight(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= WIDTH) { return; }
  var sum = 0.0;
  for (var row = 0u; row < step_.examples * step_.tokens; row++) {
    sum += dout[row * WIDTH + column] * saved_norm[row * WIDTH + column];
  }
  dweight[column] += sum;
}
