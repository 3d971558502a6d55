export const coach = {
  title: 'The coach:',
  'not-a-number': {
    says: 'The loss is no longer a number: the learning rate is too high for this method.',
    fix: 'Start anew with a learning rate of {{rate}}',
  },
  idle: {
    says: 'Every adapter is switched off, so only the head trains.',
    fix: 'Switch all adapters on',
  },
  diverging: {
    says: 'The loss has shot up above what guessing would give: the learning rate is too high.',
    fix: 'Start anew with a learning rate of {{rate}}',
  },
  collapse: {
    says: 'Nearly every test row gets the answer “{{label}}”: the run has collapsed to one class.',
    fix: 'Start anew with a learning rate of {{rate}}',
  },
  overfitting: {
    says: 'The training loss still falls, but the test loss has risen since epoch {{epoch}}: it memorises the training rows.',
    fix: 'Train for {{epoch}} epochs only',
  },
  slow: {
    says: 'The loss has hardly moved from guessing: the learning rate is too small.',
    fix: 'Start anew with a learning rate of {{rate}}',
  },
  'too-high': {
    says: 'The loss has hardly moved from guessing, and the learning rate is far above the usual one: it is too high.',
    fix: 'Start anew with a learning rate of {{rate}}',
  },
  verdict: {
    good: 'Well done: {{gain}} points over the frozen baseline. Of {{rows}} test rows, the run corrects {{fixed}} that the baseline gets wrong, and loses {{broken}}.',
    even: 'About as good as the frozen baseline: a difference of {{gain}} points on {{rows}} test rows can be chance.',
    'few-rows':
      'A difference of {{gain}} points from the frozen baseline on only {{rows}} test rows: one row is {{row}} points. More test rows would tell more.',
    'few-steps':
      'Only {{steps}} steps: the run ended before it had learnt much ({{gain}} points from the frozen baseline).',
    worse: 'The run ends below the frozen baseline, by {{gain}} points. More epochs often help.',
    longer: 'Train for {{epochs}} epochs',
  },
};
