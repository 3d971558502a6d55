/** The same keys, each with a text of its own: what every other language owes to the English one. */
export type Texts<T> = { [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };
