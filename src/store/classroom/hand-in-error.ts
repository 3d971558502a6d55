import { UserError } from '../../base/message.ts';

/** A hand-in that cannot be read. The message says why. */
export class HandInError extends UserError {
  override name = 'HandInError';
}
