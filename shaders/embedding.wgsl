// The sum of word, position and token-type embeddings, then its backward.
//
//   forward    x[b, t] = word[id[b, t]] + position[t] + token_type[type[b, t]]      (of WORDS_ALONE the first only)
//   backward   dWord[v] += Σ dX over rows with id v;  dPosition[t] += Σ over examples dX;  dTokenType[k] += Σ dX over rows of type k
//
// There are no float atomics: rows with the same id are chained on the host (next_same), and the first of a chain adds it up,
// so that the sum has one order and the result one value. Called by webgpu/ops/embedding.ts. Joined: step and,
// for the table of words, which may be stored in fewer bits, slots-in2-*.

override WIDTH: u32;
/** Entries of the table of token types. */
override TYPES: u32 = 1u;
/** There are no other tables than that of words. */
override WORDS_ALONE: bool = false;

@group(0) @binding(1) var<storage, read> ids: array<u32>;
@group(0) @binding(3) var<storage, read> position: array<f32>;
@group(0) @binding(4) var<storage, read> token_type: array<f32>;
@group(0) @binding(5) var<storage, read> types: array<u32>;
@group(0) @binding(6) var<storage, read_write> x: array<f32>;

// ---- forward ----

/** in2 = word (V, WIDTH); four columns of a row */
@compute @workgroup_size(32)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let fours = (WIDTH + 3u) / 4u;
  let at = flat_index(id, groups, 32u);
  let row = at / fours;
  let first = at % fours * 4u;
  if (row >= step_.examples * step_.tokens) { return; }
  let word = in2(ids[row] * WIDTH + first);
  let of_type = types[row] * WIDTH;
  for (var i = 0u; i < min(4u, WIDTH - first); i++) {
    let column = first + i;
    var value = word[i];
    if (!WORDS_ALONE) { value = value + position[row % step_.tokens * WIDTH + column] + token_type[of_type + column]; }
    x[row * WIDTH + column] = value;
  }
}

// ---- backward ----

/** One entry a row: bit 31 is set where the row is the first with its id; the rest is the next such row, or LAST. */
@group(0) @binding(2) var<storage, read> next_same: array<u32>;
@group(0) @binding(3) var<storage, read> dx: array<f32>;
@group(0) @binding(4) var<storage, read_write> dtable: array<f32>;

const FIRST = 0x80000000u;
const LAST = 0x7fffffffu;

@compute @workgroup_size(32)
fn backward_word(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = flat_index(id, groups, 32u);
  var row = at / WIDTH;
  let column = at % WIDTH;
  if (row >= step_.examples * step_.tokens) { return; }
  if ((next_same[row] & FIRST) == 0u) { return; }
  let entry = ids[row];
  var sum = 0.0;
  loop {
    sum += dx[row * WIDTH + column];
    row = next_same[row] & LAST;
    if (row == LAST) { break; }
  }
  dtable[entry * WIDTH + column] += sum;
}

@compute @workgroup_size(32)
fn backward_position(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = flat_index(id, groups, 32u);
  if (at >= step_.tokens * WIDTH) { return; }
  var sum = 0.0;
  for (var example = 0u; example < step_.examples; example++) {
    sum += dx[example * step_.tokens * WIDTH + at];
  }
  dtable[at] += sum;
}

/** ids = types (B, T); one column of one type an invocation */
@compute @workgroup_size(32)
fn backward_type(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = flat_index(id, groups, 32u);
  if (at >= TYPES * WIDTH) { return; }
  var sum = 0.0;
  for (var row = 0u; row < step_.examples * step_.tokens; row++) {
    if (ids[row] == at / WIDTH) { sum += dx[row * WIDTH + at % WIDTH]; }
  }
  dtable[at] += sum;
}
