export const page = {
  title: 'Bottleneck',
  close: 'Close',
  tagline: 'Fine-tune adapters on a frozen encoder, in this tab',
  language: '中文',
  languageLabel: 'Switch to Chinese',
  colorScheme: 'Light or dark',
  tabs: { label: 'Part of the workbench', setup: 'Set-up', training: 'Training', tryIt: 'Try it' },
  views: {
    label: 'Views',
    playground: 'Playground',
    lessons: 'Lessons',
    adapters: 'Adapters',
    device: 'This device',
  },
  lostGpu: 'Reload the page',
  engine: {
    label: 'Engine',
    opening: 'opening WebGPU …',
    webgpu: 'WebGPU',
    software: 'WebGPU on the processor',
    softwareHint:
      'No graphics card was found, so WebGPU runs on the processor: the numbers are right, the speed is not.',
    none: 'no WebGPU',
  },
  noGpu: {
    title: 'This browser cannot train here yet',
    what: 'Training runs on WebGPU, and none is available: {{reason}}',
    safe: 'You can look around: choose a method, turn the bottleneck and read what it would cost.',
    todo: 'To train, open this page in Chrome or Edge 113 or newer, Safari 26 or newer, or Firefox 141 or newer, with hardware acceleration switched on. An engine for browsers without WebGPU is planned.',
  },
  error: {
    title: 'Something went wrong',
    safe: 'Nothing you loaded is lost.',
    reset: 'Reset the run',
    reload: 'Reload the page',
    dismiss: 'Dismiss',
  },
};
