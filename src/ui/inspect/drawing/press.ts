import type { KeyboardEvent } from 'react';
import type { Block } from '../../../model/anatomy.ts';

/** Properties that a shape of a picture needs besides its role to be a button, by mouse and by keyboard. */
export const pressable = (onPress: () => void) => ({
  tabIndex: 0,
  onClick: onPress,
  onKeyDown: (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onPress();
  },
});

/** What is pointed at, by mouse or by keyboard: its numbers are read out below the drawing. */
export interface Pointed {
  name: string;
  block: Block;
  /** The adapter is meant, not the block that it stands behind. */
  isAdapter?: boolean;
}
export type ReadOut = (at: Pointed) => void;

export const pointed = (onPoint: () => void) => ({ onPointerEnter: onPoint, onFocus: onPoint });
