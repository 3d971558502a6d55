// shared: slots, the storage buffers of a kernel, read and written four elements at a time.
//
// For widths and offsets that are multiples of 4. `count` is always 4 or more. slots-scalar.wgsl has the same functions for all others.
// Input 2 stands in a file of its own, since it may be stored in fewer bits: slots-in2-f32.wgsl, slots-in2-f16.wgsl, slots-in2-int8.wgsl.
//
// inN(index): elements index .. index + 3 of input N.  setN(index, value, count): writes the first `count` of them to output N.

@group(0) @binding(1) var<storage, read> in1_: array<vec4f>;
@group(0) @binding(3) var<storage, read> in3_: array<vec4f>;
@group(0) @binding(4) var<storage, read> in4_: array<vec4f>;
@group(0) @binding(5) var<storage, read> in5_: array<vec4f>;
@group(0) @binding(6) var<storage, read> in6_: array<vec4f>;
@group(0) @binding(7) var<storage, read_write> out1_: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> out2_: array<vec4f>;
@group(0) @binding(9) var<storage, read_write> out3_: array<vec4f>;
@group(0) @binding(10) var<storage, read_write> out4_: array<vec4f>;

fn in1(index: u32) -> vec4f { return in1_[index >> 2u]; }
fn in3(index: u32) -> vec4f { return in3_[index >> 2u]; }
fn in4(index: u32) -> vec4f { return in4_[index >> 2u]; }
fn in5(index: u32) -> vec4f { return in5_[index >> 2u]; }
fn in6(index: u32) -> vec4f { return in6_[index >> 2u]; }
fn out1(index: u32) -> vec4f { return out1_[index >> 2u]; }
fn out2(index: u32) -> vec4f { return out2_[index >> 2u]; }
fn out3(index: u32) -> vec4f { return out3_[index >> 2u]; }
fn out4(index: u32) -> vec4f { return out4_[index >> 2u]; }

fn set1(index: u32, value: vec4f, count: u32) { out1_[index >> 2u] = value; }
fn set2(index: u32, value: vec4f, count: u32) { out2_[index >> 2u] = value; }
fn set3(index: u32, value: vec4f, count: u32) { out3_[index >> 2u] = value; }
fn set4(index: u32, value: vec4f, count: u32) { out4_[index >> 2u] = value; }
