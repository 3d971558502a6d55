// shared: where an adapter stands. A uniform of its own rather than overrides, so that all adapters of a shape share their kernels.

struct Place {
  /** Number of this adapter among all, so that each draws dropout masks of its own. */
  site: u32,
  /** Elements from the beginning of W_up to b_up. */
  up_bias: u32,
  /** Elements from the beginning of all gradients to those of W_up, b_up, W_down and b_down. */
  d_up: u32,
  d_up_bias: u32,
  d_down: u32,
  d_down_bias: u32,
}

@group(0) @binding(11) var<uniform> place: Place;
