/** Seeded random numbers: the same seed gives the same weights, order and samples on every machine. */

export interface Random {
  /** Uniform in [0, 1), 32 bits of it. */
  uniform(): number;
  /** Standard normal (Box & Muller 1958). */
  normal(): number;
}

/** mulberry32 by Tommy Ettinger: 32 bits of state, passes gjrand; more than enough for shuffles and initial weights. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** A 32-bit seed from parts (FNV-1a over their text): independent streams for initial weights, order, samples. */
export function seedOf(...parts: (number | string)[]): number {
  let hash = 0x811c9dc5;
  for (const character of parts.join('\u0000')) {
    hash ^= character.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** A shuffled copy (Fisher & Yates). */
export function shuffled<T>(list: readonly T[], seed: number): T[] {
  const random = createRandom(seed);
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

/**
 * The initial values of a tensor. Every tensor draws from a stream of its own, keyed by seed and name, so that adding
 * or removing one adapter changes no other, and the head begins alike under every method.
 */
export function drawInitial(
  initial: { kind: 'zeros' } | { kind: 'uniform'; bound: number } | { kind: 'normal'; deviation: number },
  count: number,
  seed: number,
  name: string,
): Float32Array {
  if (initial.kind === 'zeros') return new Float32Array(count);
  const random = createRandom(seedOf(seed, 'initial', name));
  if (initial.kind === 'uniform')
    return Float32Array.from({ length: count }, () => (2 * random.uniform() - 1) * initial.bound);
  return Float32Array.from({ length: count }, () => random.normal() * initial.deviation);
}
