export const queue = {
  title: 'Sweep',
  widths: 'Bottlenecks (ranks, for LoRA)',
  start: 'Sweep',
  sideBySide: 'All methods side by side',
  cost_one: '{{count}} run, about {{time}}',
  cost_other: '{{count}} runs, about {{time}}',
  untimed_one: '{{count}} run; how long it takes is known once a step was timed',
  untimed_other: '{{count}} runs; how long they take is known once a step was timed',
  progress: '{{done}} of {{total}} runs done; now: {{name}}',
  stop: 'Stop the sweep',
  continue: 'Continue the sweep',
  drop: 'Drop the rest',
};
