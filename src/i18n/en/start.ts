export const start = {
  title: 'Teach a frozen language model something new',
  what: 'This page trains small adapters inside a language model whose own {{all}} numbers stay frozen: a new skill for about {{share}} more, here in your browser.',
  whatBefore:
    'This page trains small adapters inside a language model that stays frozen: a new skill, here in your browser.',
  adapter:
    'An adapter is a small extra step behind a block: it squeezes what passes through a narrow waist, and adds the result to it.',
  ways: 'Ways on',
  cards: 'Teach it classes of your own',
  workbench: 'Open the workbench',
  tasks: {
    wordnet_demo:
      'It is to read a dictionary definition and say what kind of word is defined. It gets {{train}} examples.',
    verse_demo:
      'It is to read two lines of a Chinese poem and say whether they are in order (原序) or exchanged (倒序). It gets {{train}} examples.',
    other: 'Another run is set up in the workbench; this button trains the first minute’s instead.',
  },
  teach: 'Teach it',
  pause: 'Pause',
  on: 'Go on',
  again: 'Teach it again',
  getting: 'Getting ready …',
  status: {
    ready: 'About half a minute on a laptop.',
    training: 'Learning, round {{epoch}} of {{epochs}}',
    baseline: 'For comparison: frozen, with only a new head',
    evaluating: 'Answering {{rows}} unseen examples',
    paused: 'Paused in round {{epoch}} of {{epochs}}',
    done: 'Done',
    failed: 'Training has failed: see the workbench',
    elsewhere: 'A run trains already: see the workbench.',
  },
  progress: 'Progress',
  soFar: '{{accuracy}} of the unseen right',
  against: '{{accuracy}} of the unseen right; frozen: {{base}}',
  sentence: 'An example that it does not train on: change it, or write your own',
  truth: 'Right answer: {{label}}',
  answer: 'What it answers',
  adapted: 'With adapters',
  frozen: 'Frozen',
  frozenLater: 'Frozen (after round 1)',
  watch:
    'Watch the bars: orange is its answer with adapters, blue its answer without. In the drawing words run forward; corrections, the orange dots, run back and change only what is orange.',
  result:
    'It now answers {{accuracy}} of {{rows}} unseen examples correctly; frozen, with only a new head, {{base}}. For that it learnt {{amount}} numbers, the head’s among them: {{share}} as many as the model has, in a file of {{size}}.',
  next: 'Try next',
  fixed: 'Show an example that only the adapters get right',
  own: 'Teach it classes of your own, from a few lines each',
  slider: 'Make the waist narrower or wider, in the workbench',
};
