export const drawing = {
  block: {
    name: '{{place}}: {{block}}',
    open: '{{name}}, {{shape}}. Press for its numbers.',
    frozen: 'Frozen: {{all}} parameters',
    trained: '{{trained}} of {{all}} parameters train',
    tensor: 'Tensor',
    shape: 'Shape',
    count: 'Count',
    state: 'State',
    gradient: 'Gradient norm of its adapter',
    effect: 'Its adapter adds, of its input',
    notYet: 'not measured yet',
    inside: 'See inside',
  },
  glow: {
    label: 'What glows around the adapters',
    names: { gradient: 'Gradients', effect: 'Effect' },
    about: {
      gradient: 'Glow: norm of each adapter’s gradients in a batch just trained.',
      effect: 'Glow: how much each adapter adds, ‖A(x)‖ / ‖x‖ over a test sentence.',
    },
    widest: 'Widest: {{value}}.',
    notYet: 'Looked at now and then while training.',
    tooLarge: 'This encoder is too large to look inside while it trains.',
  },
};
