/** Does a line hold here? Pure: everything it asks for is among the Facts. */
import type { Facts } from '../facts/facts.ts';
import { compareVersions } from '../kernel/version.ts';
import type { Condition } from './schema.ts';

/** `*` stands for anything. Linear in the length of both: only whole pieces are looked for, each after the one before. */
export const fits = (pattern: string, modalias: string): boolean => {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === modalias;
  let at = first.length;
  if (!modalias.startsWith(first)) return false;
  for (const piece of rest) {
    const found = modalias.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return modalias.length >= at + last.length && modalias.endsWith(last);
};

/** By the sign of the difference. */
const operators: Record<string, (difference: number) => boolean> = {
  '<': difference => difference < 0,
  '<=': difference => difference <= 0,
  '=': difference => difference === 0,
  '>=': difference => difference >= 0,
  '>': difference => difference > 0,
};

/** All of `>= 5.4, < 6.6`. @param against what the difference to the number of one comparison is */
const allHold = (comparisons: string, against: (number: string) => number): boolean =>
  comparisons.split(',').every(comparison => {
    const [, operator = '', number = ''] = /^ *([<=>]+) *(.*)$/.exec(comparison) ?? [];
    return operators[operator]?.(against(number)) ?? false;
  });

const UNITS: Record<string, number> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };

const bytesOf = (size: string): number => Number.parseInt(size, 10) * (UNITS[size.slice(-3)] ?? Number.NaN);

/** `6.1.0` of `6.1.0-50-cloud-amd64`: what distributions add says nothing of what the kernel can do. */
const versionOf = (release: string): string => /^\d+(?:\.\d+)*/.exec(release)?.[0] ?? '';

type Judged = { [Key in keyof Required<Condition>]: (wanted: NonNullable<Condition[Key]>, facts: Facts) => boolean };

const judges: Judged = {
  kernel: (wanted, { runningRelease }) => allHold(wanted, number => compareVersions(versionOf(runningRelease), number)),
  driver: (wanted, { devices }) => devices.some(({ driver }) => driver !== null && wanted.includes(driver)),
  device: (wanted, { devices }) => devices.some(({ modalias }) => wanted.some(pattern => fits(pattern, modalias))),
  cpus: (wanted, { cpus }) => allHold(wanted, number => cpus - Number(number)),
  // Nothing is known to be larger or smaller than what nobody could measure.
  memory: (wanted, { memory }) => memory !== null && allHold(wanted, size => memory - bytesOf(size)),
  feature: (wanted, { offers }) => offers.some(({ id, offered }) => offered === true && wanted.includes(id)),
};

const judged = <Key extends keyof Judged>(condition: Condition, key: Key, facts: Facts): boolean => {
  const wanted = condition[key];
  return wanted === undefined || judges[key](wanted as NonNullable<Condition[Key]>, facts);
};

/** No condition always holds; of several all must. */
export const holds = (condition: Condition | undefined, facts: Facts): boolean =>
  condition === undefined || (Object.keys(judges) as (keyof Judged)[]).every(key => judged(condition, key, facts));
