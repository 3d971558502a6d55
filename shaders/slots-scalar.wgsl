// shared: slots, the storage buffers of a kernel, read and written four elements at a time.
//
// For any width: element by element. slots-vector.wgsl has the same functions for multiples of 4.
// Input 2 stands in a file of its own, as there: slots-in2-scalar.wgsl.
//
// inN(index): elements index .. index + 3 of input N.  setN(index, value, count): writes the first `count` of them to output N.

@group(0) @binding(1) var<storage, read> in1_: array<f32>;
@group(0) @binding(3) var<storage, read> in3_: array<f32>;
@group(0) @binding(4) var<storage, read> in4_: array<f32>;
@group(0) @binding(5) var<storage, read> in5_: array<f32>;
@group(0) @binding(6) var<storage, read> in6_: array<f32>;
@group(0) @binding(7) var<storage, read_write> out1_: array<f32>;
@group(0) @binding(8) var<storage, read_write> out2_: array<f32>;
@group(0) @binding(9) var<storage, read_write> out3_: array<f32>;
@group(0) @binding(10) var<storage, read_write> out4_: array<f32>;

fn in1(index: u32) -> vec4f { return vec4f(in1_[index], in1_[index + 1u], in1_[index + 2u], in1_[index + 3u]); }
fn in3(index: u32) -> vec4f { return vec4f(in3_[index], in3_[index + 1u], in3_[index + 2u], in3_[index + 3u]); }
fn in4(index: u32) -> vec4f { return vec4f(in4_[index], in4_[index + 1u], in4_[index + 2u], in4_[index + 3u]); }
fn in5(index: u32) -> vec4f { return vec4f(in5_[index], in5_[index + 1u], in5_[index + 2u], in5_[index + 3u]); }
fn in6(index: u32) -> vec4f { return vec4f(in6_[index], in6_[index + 1u], in6_[index + 2u], in6_[index + 3u]); }
fn out1(index: u32) -> vec4f { return vec4f(out1_[index], out1_[index + 1u], out1_[index + 2u], out1_[index + 3u]); }
fn out2(index: u32) -> vec4f { return vec4f(out2_[index], out2_[index + 1u], out2_[index + 2u], out2_[index + 3u]); }
fn out3(index: u32) -> vec4f { return vec4f(out3_[index], out3_[index + 1u], out3_[index + 2u], out3_[index + 3u]); }
fn out4(index: u32) -> vec4f { return vec4f(out4_[index], out4_[index + 1u], out4_[index + 2u], out4_[index + 3u]); }

fn set1(index: u32, value: vec4f, count: u32) {
  for (var i = 0u; i < min(count, 4u); i++) { out1_[index + i] = value[i]; }
}
fn set2(index: u32, value: vec4f, count: u32) {
  for (var i = 0u; i < min(count, 4u); i++) { out2_[index + i] = value[i]; }
}
fn set3(index: u32, value: vec4f, count: u32) {
  for (var i = 0u; i < min(count, 4u); i++) { out3_[index + i] = value[i]; }
}
fn set4(index: u32, value: vec4f, count: u32) {
  for (var i = 0u; i < min(count, 4u); i++) { out4_[index + i] = value[i]; }
}
