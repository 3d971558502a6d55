export const recovery = {
  underWay: {
    'device-lost': 'The graphics card was lost at step {{step}} ({{reason}}). Another one is being opened …',
    'device-failed': 'The graphics card failed at step {{step}} ({{reason}}). It is being opened anew …',
    'worker-stopped': 'The training worker stopped at step {{step}}. Another one is being started …',
    'tab-crashed': 'This tab crashed while it trained. The run is being set up as it was saved at step {{step}} …',
  },
  over: {
    'device-lost': 'The graphics card was lost at step {{step}} ({{reason}}).',
    'device-failed': 'The graphics card failed at step {{step}} ({{reason}}).',
    'worker-stopped': 'The training worker stopped at step {{step}}.',
    'tab-crashed': 'This tab crashed while it trained.',
  },
  goesOn:
    'Training went on by itself from step {{from}}, which was saved last: the losses are those of a run that nothing disturbed.',
  standsAt: 'The run is back as it was saved at step {{from}}.',
  setUp: 'Everything is set up again.',
  onProcessor:
    'It has failed twice within two minutes, so the processor trains now: slower, and equal up to the last digits.',
  gpuAgain: 'Try the graphics card again',
  failed: 'This has happened too often to be tried again by itself. What was saved last is kept.',
  tryAgain: 'Try again',
  reload: 'Reload the page',
  dismiss: 'Dismiss',
  silent:
    'The training worker has said nothing for a while. It may be at a very long step, or it hangs. What was saved last, step {{step}}, is safe.',
  anew: 'Start it anew from there',
  pieces: 'Train in smaller pieces',
  processor: 'Train on the processor',
  rehearse: {
    title: 'What if it breaks?',
    help: 'Break it on purpose and watch: a run that is training goes on by itself from the step saved last, and ends with the same weights.',
    device: 'Lose the graphics card',
    worker: 'End the training worker',
  },
};
