// Rotary positions (Su et al. 2021) on queries and keys, in place, then their backward, which turns back.
//
//   forward    [x1, x2] = [x1 cos - x2 sin, x2 cos + x1 sin]     x1, x2: the first and the second half of a head's d channels,
//   backward   [d1, d2] = [d1 cos + d2 sin, d2 cos - d1 sin]     angle t θ^(-2j/d) of channel j of each half at position t
//
// qkv (B, T, 3H): query at 0, key at H; values are left alone. angles (T, d): of each position d/2 cosines, then d/2 sines, made
// on the host (model/rotary.ts). Called by webgpu/ops/rope.ts. Joined: step.

override HIDDEN: u32;
override HEADS: u32;

@group(0) @binding(1) var<storage, read> angles: array<f32>;
@group(0) @binding(2) var<storage, read_write> qkv: array<f32>;

/** One pair of channels: H of them a row, H/2 of its query and H/2 of its key. */
fn turn(pair: u32, direction: f32) {
  let row = pair / HIDDEN;
  if (row >= step_.examples * step_.tokens) { return; }
  let half = HIDDEN / HEADS / 2u;
  let head = pair % HIDDEN / half;
  let j = pair % half;
  let angle = row % step_.tokens * 2u * half + j;
  let at = row * 3u * HIDDEN + head * 2u * half + j;
  let cosine = angles[angle];
  let sine = direction * angles[angle + half];
  let first = qkv[at];
  let second = qkv[at + half];
  qkv[at] = first * cosine - second * sine;
  qkv[at + half] = second * cosine + first * sine;
}

// ---- forward ----

@compute @workgroup_size(32)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  turn(flat_index(id, groups, 32u), 1.0);
}

// ---- backward: qkv = dqkv ----

@compute @workgroup_size(32)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  turn(flat_index(id, groups, 32u), -1.0);
}
