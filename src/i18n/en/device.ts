export const device = {
  device: {
    title: 'This device',
    name: 'Device',
    memory: 'Held by the run',
    nothing: 'nothing yet',
    threads: 'Processor threads',
    isolated: 'Shared memory for threads',
    yes: 'yes',
    no: 'no',
    storage: 'Kept in this browser',
    storageProblem: 'Runs cannot be kept after this tab closes: {{reason}}',
    runs: 'Runs',
    used: 'Space used',
    ofQuota: '{{used}} of {{quota}} allowed',
  },
};
