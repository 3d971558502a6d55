// shared: what changes from step to step; written once a step, or once a micro-batch, read by every kernel at binding 0.

struct Step {
  examples: u32,       // B, of the rows that are computed at once
  tokens: u32,         // T, padding included
  training: u32,       // 1 in a training step, 0 in evaluation: dropout is on only in training
  seed: u32,
  update: u32,         // updates made before this step: the counter of the dropout masks
  terms: u32,          // terms of the whole step, which the loss is the mean of: rows, rows x outputs or labelled tokens
  first_element: u32,  // elements (B, T, H) of the step before these rows: where their dropout masks begin
  learning_rate: f32,
  correction1: f32,    // 1 - beta1^t
  correction2: f32,    // 1 - beta2^t
}

@group(0) @binding(0) var<uniform> step_: Step;

/** The position of an invocation in a grid that may be folded into y. */
fn flat_index(id: vec3u, groups: vec3u, group_size: u32) -> u32 {
  return id.y * groups.x * group_size + id.x;
}
