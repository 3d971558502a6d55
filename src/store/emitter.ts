/** Calls its listeners with each value, so that a module can notify others without importing them. */
export interface Emitter<T> {
  listen(listener: (value: T) => void): void;
  emit(value: T): void;
}

export function createEmitter<T>(): Emitter<T> {
  const listeners: ((value: T) => void)[] = [];
  return {
    listen: (listener) => void listeners.push(listener),
    emit: (value) => {
      for (const listener of listeners) listener(value);
    },
  };
}
