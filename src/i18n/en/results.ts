export const results = {
  flipped: {
    title: 'Flipped by the adapter',
    fixed: 'Fixed {{amount}}',
    broken: 'Broken {{amount}}',
    note: 'Of {{rows}} test rows, those that one side gets right and the other wrong. Label: true, frozen, adapted.',
    none: 'None.',
    empty: 'Comes with the first epoch: test rows that the adapter fixed, and those that it broke.',
    rows: 'Flipped rows',
    text: 'Text',
    label: 'Label',
    confidence: 'Sure',
    try: 'Put this sentence into the box',
  },
  confusion: {
    title: 'Confusion matrix',
    corner: 'True \\ answer',
    note: 'Counts over {{rows}} test rows; rows are the true class, columns the answer.',
  },
};
