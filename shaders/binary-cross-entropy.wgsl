// Binary cross entropy of a sigmoid for each class, one example an invocation, then its backward.
//
//   forward    loss[b] = Σ_c max(z, 0) - z y + log(1 + exp(-|z|))      (the host divides by B C)
//   backward   dLogits = (sigmoid(z) - y) / (B C)
//
// Called by webgpu/ops/binary-cross-entropy.ts. Joined: step.

override CLASSES: u32;

/** 1 for a class that the example has, else 0. (B, C) */
@group(0) @binding(1) var<storage, read> targets: array<f32>;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

// ---- forward: out = loss (B) ----

@compute @workgroup_size(8)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let example = id.x;
  if (example >= step_.examples) { return; }
  var sum = 0.0;
  for (var c = example * CLASSES; c < (example + 1u) * CLASSES; c++) {
    let z = logits[c];
    sum += max(z, 0.0) - z * targets[c] + log(1.0 + exp(-abs(z)));
  }
  out[example] = sum;
}

// ---- backward: out = dLogits (B, C) ----

@compute @workgroup_size(8)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let example = id.x;
  if (example >= step_.examples) { return; }
  for (var c = example * CLASSES; c < (example + 1u) * CLASSES; c++) {
    // exp of a number that is never above 0: nothing overflows.
    let e = exp(-abs(logits[c]));
    let sigmoid = select(e, 1.0, logits[c] >= 0.0) / (1.0 + e);
    out[c] = (sigmoid - targets[c]) / f32(step_.terms);
  }
}
