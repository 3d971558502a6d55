import { UserError } from '../base/message.ts';

/** A batch that the engine cannot take. */
export class BatchError extends UserError {
  override name = 'BatchError';
}
