// shared: input 2 of slots-vector.wgsl, four f32 at a time.

@group(0) @binding(2) var<storage, read> in2_: array<vec4f>;

fn in2(index: u32) -> vec4f { return in2_[index >> 2u]; }
