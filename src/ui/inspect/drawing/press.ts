import type { KeyboardEvent } from 'react';

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
