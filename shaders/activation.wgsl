// shared: activation functions and their derivatives, by the number of model/shapes.ts: 0 gelu, 1 relu, 2 swish, 3 gelu_new.
//
//   gelu(z)     = z Φ(z), Φ the normal distribution       gelu'(z)  = Φ(z) + z φ(z)
//   relu(z)     = max(z, 0)                               relu'(z)  = 1 for z > 0, else 0
//   swish(z)    = z σ(z)                                  swish'(z) = σ(z) (1 + z (1 - σ(z)))
//   gelu_new(z) = z/2 (1 + tanh(u)), u = √(2/π)(z + 0.044715 z³)
//
// Joined in front of the kernels that end in an activation: matmul, adapter.

const SQRT_HALF = 0.70710678118654752;
const SQRT_2_OVER_PI = 0.79788456080286536;
const INVERSE_SQRT_2PI = 0.39894228040143268;

/** Φ(z), the normal distribution, and φ(z) √(2π) = exp(-z²/2), which both formulas of gelu need. */
struct Normal {
  cumulative: f32,
  bell: f32,
}

/**
 * erf after Abramowitz & Stegun 7.1.26: 1 - P(t) exp(-x²), t = 1 / (1 + 0.3275911 x), x = z / √2; error below 1.5e-7, the size of
 * float32's own rounding of Φ. One path for all z: invocations that run side by side would pay for every branch.
 */
fn normal(z: f32) -> Normal {
  let x = abs(z) * SQRT_HALF;
  let t = 1.0 / (1.0 + 0.3275911 * x);
  let p = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  let bell = exp(-x * x);
  let tail = 0.5 * p * bell;
  return Normal(select(1.0 - tail, tail, z < 0.0), bell);
}

/** tanh that does not overflow: exp of a negative number only. */
fn safe_tanh(x: f32) -> f32 {
  let e = exp(-2.0 * abs(x));
  return sign(x) * (1.0 - e) / (1.0 + e);
}

fn sigmoid(x: f32) -> f32 {
  let e = exp(-abs(x));
  return select(e / (1.0 + e), 1.0 / (1.0 + e), x >= 0.0);
}

fn activate(kind: u32, z: f32) -> f32 {
  switch kind {
    case 0u: { return z * normal(z).cumulative; }
    case 1u: { return max(z, 0.0); }
    case 2u: { return z * sigmoid(z); }
    case 3u: { return 0.5 * z * (1.0 + safe_tanh(SQRT_2_OVER_PI * (z + 0.044715 * z * z * z))); }
    default: { return z; }
  }
}

/** d activate(z) / dz */
fn activation_slope(kind: u32, z: f32) -> f32 {
  switch kind {
    case 0u: {
      let n = normal(z);
      return n.cumulative + z * INVERSE_SQRT_2PI * n.bell;
    }
    case 1u: { return select(0.0, 1.0, z > 0.0); }
    case 2u: {
      let s = sigmoid(z);
      return s * (1.0 + z * (1.0 - s));
    }
    case 3u: {
      let t = safe_tanh(SQRT_2_OVER_PI * (z + 0.044715 * z * z * z));
      return 0.5 * (1.0 + t) + 0.5 * z * (1.0 - t * t) * SQRT_2_OVER_PI * (1.0 + 3.0 * 0.044715 * z * z);
    }
    default: { return 1.0; }
  }
}

fn activate_four(kind: u32, z: vec4f) -> vec4f {
  return vec4f(activate(kind, z.x), activate(kind, z.y), activate(kind, z.z), activate(kind, z.w));
}

fn slope_of_four(kind: u32, z: vec4f) -> vec4f {
  return vec4f(activation_slope(kind, z.x), activation_slope(kind, z.y), activation_slope(kind, z.z), activation_slope(kind, z.w));
}
