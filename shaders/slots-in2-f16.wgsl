// shared: input 2 of slots-vector.wgsl where it is a frozen matrix stored in 16 bits, four f16 at a time, widened as they are read.

@group(0) @binding(2) var<storage, read> in2_: array<vec2u>;

fn in2(index: u32) -> vec4f {
  let four = in2_[index >> 2u];
  return vec4f(unpack2x16float(four.x), unpack2x16float(four.y));
}
