export const classroom = {
  qr: 'The link as a QR code',
  qrTooLong: 'Too long for a QR code: {{bytes}} bytes; {{most}} are the most.',
  link: {
    opens: 'The link opens',
    workbench: 'The workbench',
    language: 'Language',
    readers: 'The reader’s own',
    parts: 'What its readers may change',
    partsHelp: 'A lesson’s experiment sets its own runs up: locks are of the workbench.',
    access: { free: 'Free', locked: 'Locked', hidden: 'Hidden' },
    by: 'Locked by',
    byHelp: 'Readers are told this name beside the locked settings.',
  },
};
