// shared: dropout masks from a counter, so that a paused, repeated or restored step draws the same mask.
//
//   key  = mix(mix(mix(seed) + update) + site)      keep(i) = u(mix(key + i * 0x9e3779b9)) >= p, u in [0, 1)
//   i counts the elements of the whole step, also where its rows are computed in pieces: a piece's key is moved on to its first.
//
// mix is lowbias32 (C. Wellons, "Prospecting for hash functions").

fn mix_bits(value: u32) -> u32 {
  var x = value;
  x ^= x >> 16u;
  x *= 0x7feb352du;
  x ^= x >> 15u;
  x *= 0x846ca68bu;
  x ^= x >> 16u;
  return x;
}

fn dropout_key(site: u32) -> u32 {
  return mix_bits(mix_bits(mix_bits(step_.seed) + step_.update) + site) + step_.first_element * 0x9e3779b9u;
}

/** What element `index` is multiplied by: 0 if it is dropped, else 1 / (1 - p); 1 outside training. */
fn dropout_factor(key: u32, index: u32, probability: f32) -> f32 {
  if (probability == 0.0 || step_.training == 0u) { return 1.0; }
  let uniform_value = f32(mix_bits(key + index * 0x9e3779b9u) >> 8u) * 0x1p-24;
  return select(0.0, 1.0 / (1.0 - probability), uniform_value >= probability);
}

/** The factors of elements index .. index + 3. */
fn dropout_factors(key: u32, index: u32, probability: f32) -> vec4f {
  return vec4f(
    dropout_factor(key, index, probability),
    dropout_factor(key, index + 1u, probability),
    dropout_factor(key, index + 2u, probability),
    dropout_factor(key, index + 3u, probability),
  );
}
