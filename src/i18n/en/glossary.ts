export const glossary = {
  title: 'Glossary',
  show: 'Glossary',
  terms: {
    encoder: {
      name: 'encoder',
      text: 'A language model that turns a text into numbers: one list of numbers for each token. It reads the whole text at once and does not write any.',
    },
    token: { name: 'token', text: 'A piece of text that the encoder reads as one: a word, or a part of one.' },
    embedding: {
      name: 'embedding',
      text: 'The list of numbers that a token begins with, looked up in a table before the first layer.',
    },
    layer: {
      name: 'layer',
      text: 'One round of computing: attention, then the feed-forward network, each added to what came in. Encoders stack several alike.',
    },
    attention: {
      name: 'attention',
      text: 'The part of a layer in which each token takes in something of the others, more of those that matter to it.',
    },
    feedForward: {
      name: 'feed-forward network',
      text: 'The part of a layer that works on each token by itself: two matrices with a non-linearity between them.',
    },
    residual: {
      name: 'residual connection',
      text: 'The way around a block: what goes in is added to what comes out, so that a block only has to learn the difference.',
    },
    layerNorm: {
      name: 'LayerNorm',
      text: 'Brings the numbers of each token to mean 0 and spread 1, then scales and shifts them. It keeps deep networks steady.',
    },
    hiddenState: {
      name: 'hidden state',
      text: 'The list of H numbers that stands for a token between two blocks. In the small encoder H is 256.',
    },
    pooling: {
      name: 'pooling',
      text: 'Makes one list of numbers for the whole text out of those of its tokens, by their mean or by taking the first.',
    },
    head: {
      name: 'head',
      text: 'The small classifier at the end: from the pooled numbers it computes one number for each class.',
    },
    frozen: {
      name: 'frozen',
      text: 'Computes as before, and is not changed by training. In the drawing it is blue.',
    },
    trainable: {
      name: 'trainable parameters',
      text: 'The numbers that training changes. Their share of all parameters says how small a method is.',
    },
    adapter: {
      name: 'adapter',
      text: 'A small network inside a frozen layer: it squeezes each hidden state, widens it again and adds the result. It alone is trained, with the head.',
    },
    bottleneck: {
      name: 'bottleneck dimension',
      text: 'How many numbers an adapter squeezes a hidden state to. A larger one has more parameters.',
    },
    houlsby: {
      name: 'Houlsby',
      text: 'The adapters of Houlsby et al. (2019): two in each layer, after attention and after the feed-forward network.',
    },
    lora: {
      name: 'LoRA',
      text: 'Another way to train little: a matrix stays frozen, and the product of two narrow ones is added to it (Hu et al. 2021).',
    },
    bitfit: {
      name: 'BitFit',
      text: 'Trains only the biases of the encoder, and the head (Ben Zaken et al. 2021).',
    },
    fineTuning: {
      name: 'full fine-tuning',
      text: 'Trains every parameter of the encoder for the task: the costly way that adapters replace.',
    },
    baseline: {
      name: 'frozen baseline',
      text: 'The frozen encoder with nothing but a trained head. What adapters bring is measured from here.',
    },
    occlusion: {
      name: 'occlusion',
      text: 'Covering one word at a time, and looking how the answer’s probability changes: a way to see which words the model leans on.',
    },
    loss: {
      name: 'loss',
      text: 'How wrong the answers are, as one number: high where the right class got a low probability. Training makes it smaller.',
    },
    gradient: {
      name: 'gradient',
      text: 'For each trained number, how the loss changes when that number does. Training steps against it.',
    },
    backpropagation: {
      name: 'backpropagation',
      text: 'Computes the gradients, from the loss back to the lowest part that is trained.',
    },
    optimizer: {
      name: 'optimizer',
      text: 'Turns gradients into steps. AdamW, used here, keeps two running averages for each trained parameter.',
    },
    learningRate: {
      name: 'learning rate',
      text: 'How large a step training takes. Too high, and the loss jumps; too low, and nothing is learnt.',
    },
    warmup: {
      name: 'warm-up',
      text: 'The first part of training, over which the learning rate rises from 0.',
    },
    batch: { name: 'batch', text: 'The rows of one training step: their gradients are averaged.' },
    epoch: { name: 'epoch', text: 'One pass over all training rows.' },
    accuracy: {
      name: 'accuracy',
      text: 'The share of rows that are answered rightly; here of rows that were never trained on.',
    },
    validation: {
      name: 'validation rows',
      text: 'Rows set aside to choose settings on, so that the test rows are read only once, at the end.',
    },
    overfitting: {
      name: 'overfitting',
      text: 'Learning the training rows by heart: their loss still falls, while that of other rows rises.',
    },
  },
};
