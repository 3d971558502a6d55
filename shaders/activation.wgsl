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

/**
 * erf(x) to about 1e-7 everywhere. Inside |x| < 1 the Maclaurin series in x², outside W. J. Cody's form
 * 1 - exp(-x²) P(t) with t = 1 / (1 + x/2), coefficients of Numerical Recipes' erfc (relative error below 1.2e-7).
 */
fn erf(x: f32) -> f32 {
  let s = x * x;
  if (s < 1.0) {
    let series = 1.0 + s * (-0.33333333333 + s * (0.1 + s * (-0.023809523810 + s * (0.0046296296296
      + s * (-7.5757575758e-4 + s * (1.0683760684e-4 + s * (-1.3227513228e-5 + s * (1.4589169001e-6
      + s * (-1.4503852223e-7 + s * 1.3122532963e-8)))))))));
    return 1.1283791670955126 * x * series;
  }
  let t = 1.0 / (1.0 + 0.5 * abs(x));
  let p = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
    + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  let tail = t * exp(-s + p);
  return sign(x) * (1.0 - tail);
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
    case 0u: { return 0.5 * z * (1.0 + erf(z * SQRT_HALF)); }
    case 1u: { return max(z, 0.0); }
    case 2u: { return z * sigmoid(z); }
    case 3u: { return 0.5 * z * (1.0 + safe_tanh(SQRT_2_OVER_PI * (z + 0.044715 * z * z * z))); }
    default: { return z; }
  }
}

/** d activate(z) / dz */
fn activation_slope(kind: u32, z: f32) -> f32 {
  switch kind {
    case 0u: { return 0.5 * (1.0 + erf(z * SQRT_HALF)) + z * INVERSE_SQRT_2PI * exp(-0.5 * z * z); }
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
