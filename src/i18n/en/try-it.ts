export const tryIt = {
  tryIt: {
    title: 'Try it',
    sentence: 'A sentence',
    another: 'Another test sentence',
    truth: 'Its label: {{label}}',
    base: 'Frozen baseline',
    adapted: 'With adapter',
    baseLater: 'The frozen baseline answers once its head is trained, after the first epoch.',
    tokens: '{{amount}} tokens',
  },
  result: {
    title: 'Result',
    later: 'Comes with the first epoch.',
    baselineLater: 'The frozen baseline appears after the first epoch.',
    latency: 'Forward pass of a batch, compared with frozen:',
    of: 'What',
    gain: 'Gain of this run in points',
    run: 'This run',
    frozen: 'Frozen baseline (this budget is its best)',
    sameBudget_one: 'Frozen baseline, same budget ({{count}} epoch)',
    sameBudget_other: 'Frozen baseline, same budget ({{count}} epochs)',
    best_one: 'Frozen baseline at its best ({{count}} epoch, learning rate {{rate}})',
    best_other: 'Frozen baseline at its best ({{count}} epochs, learning rate {{rate}})',
    on: {
      test: 'Accuracy on {{rows}} test rows; at the right what this run gains, in points.',
      validation: 'Accuracy on {{rows}} validation rows; the test rows are read at the end.',
    },
    chosen: 'Epoch {{epoch}} was the best on the validation rows.',
    farFewer:
      'This run has had {{run}} steps, the frozen baseline at its best {{baseline}}: train for longer before you judge what was added.',
  },
};
