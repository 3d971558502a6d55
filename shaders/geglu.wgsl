// A gated activation, GeGLU (Shazeer 2020), then its backward.
//
//   forward    out = gelu(x) g                  wide (rows, 2 WIDTH): of each row x, then the gate g
//   backward   dx = dOut g gelu'(x),  dg = dOut gelu(x)
//
// Called by webgpu/ops/geglu.ts. Joined: step, activation.

override WIDTH: u32;

const GELU = 0u;

@group(0) @binding(1) var<storage, read> wide: array<f32>;
@group(0) @binding(2) var<storage, read> dout: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;

/** Where x lies in `wide`; its gate is WIDTH further. */
fn place_of(at: u32) -> u32 { return at / WIDTH * 2u * WIDTH + at % WIDTH; }

// ---- forward: result = out (rows, WIDTH) ----

@compute @workgroup_size(32)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = flat_index(id, groups, 32u);
  if (at >= step_.examples * step_.tokens * WIDTH) { return; }
  let x = place_of(at);
  result[at] = activate(GELU, wide[x]) * wide[x + WIDTH];
}

// ---- backward: result = dwide (rows, 2 WIDTH) ----

@compute @workgroup_size(32)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = flat_index(id, groups, 32u);
  if (at >= step_.examples * step_.tokens * WIDTH) { return; }
  let x = place_of(at);
  let z = wide[x];
  let d = dout[at];
  result[x] = d * wide[x + WIDTH] * activation_slope(GELU, z);
  result[x + WIDTH] = d * activate(GELU, z);
}
