/**
 * Values computed from Facts: `= min(cpus, 8)`, in the Common Expression Language (https://cel.dev): typed, without loops, side effects or any
 * way into the program; numbers are 64-bit integers, exact. This file loads its library: import it dynamically.
 */
import { Environment } from '@marcbachmann/cel-js';
import { saying } from '../errors.ts';

/** Nobody needs more for one value; a hostile profile gets an error instead of a minute. */
const limits = { maxAstNodes: 200, maxDepth: 32, maxListElements: 32, maxMapEntries: 32, maxCallArguments: 8 };

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);

const language = new Environment({ limits })
  .registerVariable('memory', 'int')
  .registerVariable('cpus', 'int')
  .registerVariable('hypervisor', 'string')
  .registerVariable('platform', 'string')
  .registerVariable('kernel', 'string')
  .registerFunction('min(int, int): int', least)
  .registerFunction('max(int, int): int', most);

/** What an expression may speak of, for people. */
const VARIABLES = 'memory (bytes), cpus, hypervisor, platform, kernel; min(a, b), max(a, b)';

/** What a file of the kernel can be given. */
const RESULTS = ['int', 'uint', 'string'];

const sourceOf = (value: string): string => value.slice(1).trim();

/** @param value with its `=` @returns what is wrong with it; null when it can be computed anywhere */
export const mistakeIn = (value: string): string | null => {
  const { valid, type = '', error } = language.check(sourceOf(value));
  if (!valid) return `${error?.summary ?? 'no expression'}; allowed: ${VARIABLES}`;
  return RESULTS.includes(type) ? null : `it gives ${type}; expected a whole number or text, such as int(…)`;
};

/** Of Facts, what an expression may speak of. */
export interface Spoken {
  /** Bytes. */
  memory: number | null;
  cpus: number;
  detection: { hypervisor: string; platform: string | null };
  runningRelease: string;
}

/** What is known here; an unknown size of memory is no variable, and what speaks of it cannot be computed. */
const knownOf = ({ memory, cpus, detection, runningRelease }: Spoken): Record<string, bigint | string> => ({
  ...(memory === null ? {} : { memory: BigInt(memory) }),
  cpus: BigInt(cpus),
  hypervisor: detection.hypervisor,
  platform: detection.platform ?? '',
  kernel: runningRelease,
});

/** @returns the text for the kernel, or why there is none: a division by zero, an overflow, an unknown size of memory */
export const compute = (value: string, facts: Spoken): { text: string } | { failed: string } => {
  try {
    const text = String(language.evaluate(sourceOf(value), knownOf(facts)));
    return /^[^\n]+$/.test(text) ? { text } : { failed: 'it gives no line of text' };
  } catch (error) {
    return { failed: saying(error).split('\n')[0] ?? '' };
  }
};
