import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import type { Detection } from '../../src/detect/detection.ts';
import { type Contents, guestWith } from './folder.ts';

/** What a machine shows, and what is to be said about it. */
export interface Machine extends Contents {
  /**
   * `composed`: written by hand after what the cited sources say that such machines show. `captured`: taken by `enlighten capture` from a
   * machine that really ran.
   */
  origin: 'composed' | 'captured';
  cpuid?: string;
  is: Partial<Detection>;
}

/** Marks a table of machines as composed, not captured. */
export const composed = (machines: Record<string, Omit<Machine, 'origin'>>): Record<string, Machine> =>
  Object.fromEntries(Object.entries(machines).map(([name, machine]) => [name, { origin: 'composed', ...machine }]));

export const contentsOf = ({ cpuid, files = {}, links = {}, folders = [] }: Machine): Contents => ({
  files: cpuid === undefined ? files : { ...files, '/cpuid.json': cpuid },
  links,
  folders,
});

/** One test for each machine, named as it is. */
export const judged = (machines: Record<string, Machine>): void => {
  for (const [name, machine] of Object.entries(machines)) {
    test(name, async t => {
      const detection = await detect(guestWith(t, contentsOf(machine)));
      const seen = Object.fromEntries(Object.keys(machine.is).map(key => [key, Reflect.get(detection, key)]));
      assert.deepEqual(seen, machine.is, JSON.stringify(detection, null, 1));
    });
  }
};
