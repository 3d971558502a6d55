// Squared error, one example an invocation, then its backward.
//
//   forward    loss[b] = Σ_o (z - target)²                             (the host averages over the outputs, one an example)
//   backward   dLogits = 2 (z - target) / n                            n outputs in the whole step
//
// Called by webgpu/ops/squared-error.ts. Joined: step.

override OUTPUTS: u32;

/** (B, O) */
@group(0) @binding(1) var<storage, read> targets: array<f32>;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

// ---- forward: out = loss (B) ----

@compute @workgroup_size(8)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let example = id.x;
  if (example >= step_.examples) { return; }
  var sum = 0.0;
  for (var o = example * OUTPUTS; o < (example + 1u) * OUTPUTS; o++) {
    let off = logits[o] - targets[o];
    sum += off * off;
  }
  out[example] = sum;
}

// ---- backward: out = dLogits (B, O) ----

@compute @workgroup_size(8)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let example = id.x;
  if (example >= step_.examples) { return; }
  for (var o = example * OUTPUTS; o < (example + 1u) * OUTPUTS; o++) {
    out[o] = 2.0 * (logits[o] - targets[o]) / f32(step_.terms);
  }
}
