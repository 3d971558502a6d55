/** Sizes of the drawing, in its own units. */
export const layerWidth = 132;
export const endWidth = 58;
export const blockWidth = 46;
export const blockHeight = 22;
export const rowTop = { attention: 26, ffn: 78 } as const;
export const drawingHeight = 118;
