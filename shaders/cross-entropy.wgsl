// Softmax cross entropy, one row an invocation, then its backward. A row is an example, or a token where each is labelled.
//
//   forward    loss[row] = log Σ_c exp(logit[c]) - logit[label]        (the host averages over the rows that count)
//   backward   dLogits = (softmax(logits) - one_hot(label)) / n        n rows count in the whole step
//
// A row with the label NOT_COUNTED has no loss and no gradient.
//
// Called by webgpu/ops/cross-entropy.ts. Joined: step.

override CLASSES: u32;
/** True: one row an example. False: one row a token. */
override PER_EXAMPLE: bool = true;

const NOT_COUNTED = 0xffffffffu;

fn row_count() -> u32 { return select(step_.examples * step_.tokens, step_.examples, PER_EXAMPLE); }

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

// ---- forward: out = loss (rows) ----

@compute @workgroup_size(8)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = flat_index(id, groups, 8u);
  if (row >= row_count()) { return; }
  let label = labels[row];
  if (label == NOT_COUNTED) {
    out[row] = 0.0;
    return;
  }
  let first = row * CLASSES;
  let highest = highest_logit(first);
  out[row] = log(sum_of_exponentials(first, highest)) + highest - logits[first + label];
}

// ---- backward: out = dLogits (rows, C) ----

@compute @workgroup_size(8)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let row = flat_index(id, groups, 8u);
  if (row >= row_count()) { return; }
  let label = labels[row];
  let first = row * CLASSES;
  let highest = highest_logit(first);
  let sum = sum_of_exponentials(first, highest);
  for (var c = 0u; c < CLASSES; c++) {
    let probability = exp(logits[first + c] - highest) / sum;
    let target_ = select(0.0, 1.0, c == label);
    out[first + c] = select((probability - target_) / f32(step_.terms), 0.0, label == NOT_COUNTED);
  }
}
