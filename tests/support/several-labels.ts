/** Answers to five rows of three labels each, and the labels that they have. */
export const logits = [
  [1.5, -0.2, 0.3],
  [-1, 0.7, -0.1],
  [0.2, 0.4, -2],
  [-0.5, -0.6, -0.7],
  [2, -1, 1],
];
export const targets = [
  [1, 0, 1],
  [0, 1, 1],
  [0, 1, 0],
  [0, 0, 0],
  [1, 1, 0],
];
