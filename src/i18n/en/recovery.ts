export const recovery = {
  lastRun: {
    stopped:
      'Your last run, {{name}}, stopped in epoch {{epoch}} of {{epochs}}. It is kept up to step {{step}} of {{steps}}.',
    lost: 'Your last run, {{name}}, stopped at step {{step}} of {{steps}}, before the end of its first epoch: what it had trained could not be kept.',
    ended: 'Your last run, {{name}}, has ended with an accuracy of {{accuracy}}.',
    goOn: 'Go on',
    show: 'Show it again',
    anew: 'Start anew',
    dismiss: 'Dismiss',
    aside: 'A new run is set up. {{name}} is kept as it was at step {{step}}.',
    bringBack: 'Bring it back',
    notKept:
      'This run cannot be kept in the browser ({{reason}}). Training goes on, but a reload would lose it: make room, or export what matters.',
  },
};
