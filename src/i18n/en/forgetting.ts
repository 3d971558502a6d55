export const forgetting = {
  title: 'Forgetting',
  about:
    'Learns a first task, then a second, twice: with adapters (each task its own, the encoder frozen) and with full fine-tuning (one encoder for both). A run that is under way is paused.',
  first: 'First task',
  second: 'Second task',
  steps: 'Steps a task',
  start: 'Show forgetting',
  stop: 'Stop',
  chart: 'Accuracy while the second task is learnt',
  note: '120 test rows a task, never trained on; 640 training rows a task; the same seed and batches both ways',
  way: 'Way',
  ways: { adapters: 'Adapters', full: 'Full fine-tuning' },
  lines: { adapters: 'Adapters: {{task}}', full: 'Full fine-tuning: {{task}}' },
  result: {
    adapters: 'Adapters: “{{task}}” {{before}} before, {{after}} after.',
    full: 'Full fine-tuning: “{{task}}” {{before}} before, {{after}} after.',
  },
  untouched: 'Its logits are the same, bit for bit.',
  touched: 'Its logits have changed.',
};
