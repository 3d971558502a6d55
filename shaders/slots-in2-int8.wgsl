// shared: input 2 of slots-vector.wgsl where it is a frozen matrix stored in 8 bits a weight (model/int8.ts).
//
// Four whole numbers lie in every 32 bits, the first in the lowest, and behind all of them a float for each row. What is read is
// number * scale in f32, the very weights that the other engine and PyTorch are given.

override SECOND_ROWS: u32;
/** A multiple of 4: the four lie in one row. */
override SECOND_WIDTH: u32;

@group(0) @binding(2) var<storage, read> in2_: array<u32>;

fn in2(index: u32) -> vec4f {
  let four = in2_[index >> 2u];
  let scale = bitcast<f32>(in2_[SECOND_ROWS * SECOND_WIDTH / 4u + index / SECOND_WIDTH]);
  // To the top and back again, which repeats the sign.
  return scale * vec4f(vec4i(vec4u(four << 24u, four << 16u, four << 8u, four)) >> vec4u(24u));
}
