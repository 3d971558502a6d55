// Clipping by the global gradient norm and AdamW (Loshchilov & Hutter 2019) over one flat buffer of all parameters.
//
//   norm = √Σ g²,   g ← g min(1, CLIP / (norm + 1e-6))
//   p ← p (1 - lr WEIGHT_DECAY)            for the first DECAYED elements: matrices lie in front, biases and LayerNorms behind
//   m ← β1 m + (1 - β1) g,   v ← β2 v + (1 - β2) g²
//   p ← p - lr / (1 - β1ᵗ) m / (√v / √(1 - β2ᵗ) + ε)
//
// The norm takes two dispatches: PARTIALS sums of squares, then one workgroup adds them up.
// Called by webgpu/ops/adamw.ts. Joined: step.

override COUNT: u32;
override DECAYED: u32;
override WEIGHT_DECAY: f32;
override BETA1: f32;
override BETA2: f32;
/** 1 - β, rounded once on the host: the difference of two f32 would be off by 1e-5. */
override REST1: f32;
override REST2: f32;
override EPSILON: f32;
/** 0 clips nothing. */
override CLIP: f32;
/** Copies of the gradients that `add_parts` adds up; see webgpu/products/parts.ts. */
override PARTS: u32 = 0u;

const PARTIALS = 8192u;
const LANES = 64u;

// ---- the gradient norm ----

@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;

/** values = gradients, sums = partial sums (PARTIALS) */
@compute @workgroup_size(32)
fn sum_squares(@builtin(global_invocation_id) id: vec3u) {
  var sum = 0.0;
  for (var i = id.x; i < COUNT; i += PARTIALS) { sum += values[i] * values[i]; }
  sums[id.x] = sum;
}

@group(0) @binding(1) var<storage, read_write> gradients: array<f32>;
@group(0) @binding(3) var<storage, read> copies: array<f32>;

/** gradients += Σ copies, in order; sums = partial sums of their squares (PARTIALS) */
@compute @workgroup_size(32)
fn add_parts(@builtin(global_invocation_id) id: vec3u) {
  var sum = 0.0;
  for (var i = id.x; i < COUNT; i += PARTIALS) {
    var g = gradients[i];
    for (var part = 0u; part < PARTS; part++) { g += copies[part * COUNT + i]; }
    gradients[i] = g;
    sum += g * g;
  }
  sums[id.x] = sum;
}

var<workgroup> lane_sums: array<f32, LANES>;

/** values = partial sums, sums[0] = norm */
@compute @workgroup_size(LANES)
fn finish_norm(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < PARTIALS; i += LANES) { sum += values[i]; }
  lane_sums[lane] = sum;
  workgroupBarrier();
  if (lane > 0u) { return; }
  var total = 0.0;
  for (var i = 0u; i < LANES; i++) { total += lane_sums[i]; }
  sums[0] = sqrt(total);
}

// ---- the update ----

@group(0) @binding(2) var<storage, read> norm: array<f32>;
@group(0) @binding(3) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(4) var<storage, read_write> first_moments: array<f32>;
@group(0) @binding(5) var<storage, read_write> second_moments: array<f32>;

/** values = gradients */
@compute @workgroup_size(32)
fn update(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = flat_index(id, groups, 32u);
  if (i >= COUNT) { return; }
  let lr = step_.learning_rate;
  var g = values[i];
  if (CLIP > 0.0) { g *= min(1.0, CLIP / (norm[0] + 1e-6)); }
  var p = parameters[i];
  if (i < DECAYED) { p *= 1.0 - lr * WEIGHT_DECAY; }
  let m = BETA1 * first_moments[i] + REST1 * g;
  let v = BETA2 * second_moments[i] + REST2 * g * g;
  first_moments[i] = m;
  second_moments[i] = v;
  parameters[i] = p - lr / step_.correction1 * m / (sqrt(v) / sqrt(step_.correction2) + EPSILON);
}
