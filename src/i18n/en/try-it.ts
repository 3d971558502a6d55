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
    result: 'Result',
    latency: 'Forward pass of a batch, compared with frozen:',
    gain: '{{adapted}} with the adapter, {{base}} frozen: {{difference}} points on {{rows}} test rows.',
    noResult: 'Comes with the first epoch.',
    noGain: 'The frozen baseline appears after the first epoch.',
  },
};
