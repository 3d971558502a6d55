// From the last hidden states to one vector an example, then its backward.
//
//   cls    forward pooled = x[0]                          backward dX[0] = dPooled, 0 elsewhere
//   mean   forward pooled = Σ over real tokens / length   backward dX[t] = dPooled / length for real t, 0 at padding
//
// Called by webgpu/ops/pooling.ts. Joined: step.

override WIDTH: u32;
/** True: mean over the real tokens, [CLS] and [SEP] included. False: the state of [CLS]. */
override MEAN: bool;

@group(0) @binding(1) var<storage, read> lengths: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> pooled: array<f32>;

/** How many tokens count: the first, or all real ones. */
fn counted(example: u32) -> u32 {
  return select(1u, min(lengths[example], step_.tokens), MEAN);
}

// ---- forward ----

@compute @workgroup_size(32)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let example = id.y;
  if (id.x >= WIDTH) { return; }
  let tokens = counted(example);
  var sum = 0.0;
  for (var t = 0u; t < tokens; t++) { sum += x[(example * step_.tokens + t) * WIDTH + id.x]; }
  pooled[example * WIDTH + id.x] = sum / f32(tokens);
}

// ---- backward ----

@group(0) @binding(2) var<storage, read> dpooled: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(32)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let example = id.y;
  let t = id.z;
  if (id.x >= WIDTH) { return; }
  let tokens = counted(example);
  let share = select(0.0, dpooled[example * WIDTH + id.x] / f32(tokens), t < tokens);
  dx[(example * step_.tokens + t) * WIDTH + id.x] = share;
}
