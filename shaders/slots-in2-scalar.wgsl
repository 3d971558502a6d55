// shared: input 2 of slots-scalar.wgsl, element by element.

@group(0) @binding(2) var<storage, read> in2_: array<f32>;

fn in2(index: u32) -> vec4f { return vec4f(in2_[index], in2_[index + 1u], in2_[index + 2u], in2_[index + 3u]); }
