export const words = {
  show: 'Which words pushed the answer?',
  hide: 'Hide the words',
  name: 'Occlusion',
  how: ': each word in turn is replaced by {{mask}}. The number says by how many points that lowers the probability of “{{label}}”: above 0 the word speaks for it, below 0 against it.',
  howWithout:
    ': each word in turn is left out. The number says by how many points that lowers the probability of “{{label}}”: above 0 the word speaks for it, below 0 against it.',
  cover: 'Press a word to cover it, and again to bring it back.',
  now: '{{label}} {{probability}}',
  busy: 'The words are measured again once training rests.',
  most: 'Only the first {{amount}} words are measured.',
  list: 'Words and their push',
  one: '{{word}}: with adapter {{adapted}} points, frozen baseline {{base}} points',
  alone: '{{word}}: with adapter {{adapted}} points',
  waiting: '{{word}}: being measured',
  reset: 'Uncover all',
};
