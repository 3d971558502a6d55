/** forward: every row of out gets the same bias. dBias = Σ over rows of dOut: (rows, width) -> (width) */
export function columnSum(dOut: Float64Array, { rows, width }: { rows: number; width: number }): Float64Array {
  const dBias = new Float64Array(width);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < width; i++) dBias[i] = (dBias[i] as number) + (dOut[row * width + i] as number);
  return dBias;
}
