export const onnx = {
  onnx: {
    title: 'ONNX file',
    help: 'Encoder, adapters and head in one file of standard ops: it runs wherever ONNX runs. Before it is saved it is loaded again, and its answers are compared with the run’s.',
    weights: 'Weights',
    precision: { float32: 'float32, exact', float16: 'float16, half the size' },
    never:
      'A file is compared with the run in the engine before it is saved. Reopen the run that this adapter comes from, and take that.',
    stages: {
      write: 'Writing the file …',
      load: 'Loading it in onnxruntime …',
      check: 'Comparing answers: {{done}} of {{of}} test rows …',
    },
    size: 'File size',
    difference: 'Largest difference of a logit on {{rows}} test rows',
    same: 'Same answer as the run',
    saved: 'Saved as {{name}}.',
    again: 'Save again',
    disagrees:
      'The file answers otherwise than the run, so it was not saved. Choose the CPU under “This device”, train again and compare.',
    anyway: 'Save it all the same',
    failed: 'No file was written. What was trained is still here.',
  },
};
