/**
 * The legend of every shape in this project.
 *
 * | letter | meaning                                             |
 * |--------|-----------------------------------------------------|
 * | B      | examples in a batch                                 |
 * | T      | tokens of an example, padding included              |
 * | H      | hidden size of the encoder                          |
 * | A      | attention heads; each has H / A channels            |
 * | F      | width of the feed-forward network                   |
 * | L      | layers                                              |
 * | M      | bottleneck dimension of an adapter, or rank of LoRA |
 * | C      | classes                                             |
 * | V      | vocabulary entries                                  |
 *
 * Matrices are row-major; weights are `[out, in]`, as in PyTorch.
 */

/** Activation functions by the names of Hugging Face: `gelu` is the exact erf form, `gelu_new` the tanh approximation. */
export type Activation = 'gelu' | 'relu' | 'swish' | 'gelu_new';

/** Activations in the order used everywhere; the index is the number that shaders know an activation by. */
export const activations = ['gelu', 'relu', 'swish', 'gelu_new'] as const satisfies readonly Activation[];

/** How the last hidden states become one vector per example: the state of [CLS], or the mean over real tokens. */
export type Pooling = 'cls' | 'mean';
export const poolings = ['mean', 'cls'] as const satisfies readonly Pooling[];

/** In the place of a token's class index: it is not compared. */
export const notCounted = 0xffffffff;
