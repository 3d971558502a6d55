// Softmax cross entropy, one example an invocation, then its backward.
//
//   forward    loss[b] = log Σ_c exp(logit[c]) - logit[label]          (the host averages over the examples)
//   backward   dLogits = (softmax(logits) - one_hot(label)) / B
//
// Called by webgpu/ops/cross-entropy.ts. Joined: step.

override CLASSES: u32;

@group(0) @binding(1) var<storage, read> labels: array<u32>;
@group(0) @binding(2) var<storage, read> logits: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

fn highest_logit(first: u32) -> f32 {
  var highest = logits[first];
  for (var c = 1u; c < CLASSES; c++) { highest = max(highest, logits[first + c]); }
  return highest;
}

fn sum_of_exponentials(first: u32, highest: f32) -> f32 {
  var sum = 0.0;
  for (var c = 0u; c < CLASSES; c++) { sum += exp(logits[first + c] - highest); }
  return sum;
}

// ---- forward: out = loss (B) ----

@compute @workgroup_size(8)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let example = id.x;
  if (example >= step_.examples) { return; }
  let first = example * CLASSES;
  let highest = highest_logit(first);
  out[example] = log(sum_of_exponentials(first, highest)) + highest - logits[first + labels[example]];
}

// ---- backward: out = dLogits (B, C) ----

@compute @workgroup_size(8)
fn backward(@builtin(global_invocation_id) id: vec3u) {
  let example = id.x;
  if (example >= step_.examples) { return; }
  let first = example * CLASSES;
  let highest = highest_logit(first);
  let sum = sum_of_exponentials(first, highest);
  for (var c = 0u; c < CLASSES; c++) {
    let probability = exp(logits[first + c] - highest) / sum;
    let target_ = select(0.0, 1.0, c == labels[example]);
    out[first + c] = (probability - target_) / f32(step_.batch);
  }
}
