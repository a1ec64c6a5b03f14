import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import type { Detection } from '../../src/detect/detection.ts';
import { type Contents, guestWith } from './folder.ts';

/** What a machine shows, and what is to be said about it. */
export interface Machine extends Contents {
  cpuid?: string;
  is: Partial<Detection>;
}

/** One test for each machine, named as it is. */
export const judged = (machines: Record<string, Machine>): void => {
  for (const [name, { cpuid, files = {}, is, ...rest }] of Object.entries(machines)) {
    test(name, async t => {
      const all = cpuid === undefined ? files : { ...files, '/cpuid.json': cpuid };
      const detection = await detect(guestWith(t, { files: all, ...rest }));
      const seen = Object.fromEntries(Object.keys(is).map(key => [key, Reflect.get(detection, key)]));
      assert.deepEqual(seen, is, JSON.stringify(detection, null, 1));
    });
  }
};
