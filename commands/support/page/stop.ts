/** How a command asks its page module to come to rest: work that can be gone on with looks here between two steps. */

let asked = false;

export function askToStop(): void {
  asked = true;
}

export const stopAsked = (): boolean => asked;
