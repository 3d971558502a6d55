import { z } from 'zod';

/** A number that a person may set, described once: files are held to its range, and forms read range and step from here. */
export interface NumberRange {
  /** The least and the most, both included. */
  min: number;
  max: number;
  /** Step of a form's control; absent: 1. */
  step?: number;
  integer?: boolean;
  /** A file may come closer to 0 than `min`, which is the least that a form offers. */
  positive?: boolean;
}

export interface NumberField extends NumberRange {
  /** Value where a file has none. */
  default: number;
}

/** Schema of the numbers that a file may hold. */
export function rangeSchema({ min, max, integer, positive }: NumberRange): z.ZodNumber {
  const number = integer ? z.number().int() : z.number();
  return (positive ? number.positive() : number.min(min)).max(max);
}

/** Schema of a number that a file may hold, or leave out. */
export const fieldSchema = (field: NumberField): z.ZodDefault<z.ZodNumber> => rangeSchema(field).default(field.default);
