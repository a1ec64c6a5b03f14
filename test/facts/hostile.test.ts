/** The inventory and the offers of folders that no machine would show: an answer, soon, and never an exception. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { detect } from '../../src/detect/detect.ts';
import { devices } from '../../src/detect/devices.ts';
import { offers } from '../../src/detect/offers/index.ts';
import { deviceJson, devicesInUse } from '../../src/facts/inventory.ts';
import { openGuest } from '../../src/guest/open.ts';
import { folderWith } from '../detect/folder.ts';
import { hyperv, kvm, vmware, xenPv } from '../detect/guests.ts';

const look = async (root: string): Promise<void> => {
  const guest = openGuest(root);
  const detection = await detect(guest);
  for (const device of await devicesInUse(guest, detection)) JSON.stringify(deviceJson(device));
  for (const { id, offered, inUse, missing } of await offers(guest, detection, await devices(guest))) {
    if (offered === false) assert.deepEqual([inUse, missing], [false, null], id);
    if (inUse === true) assert.equal(missing, null, id);
  }
};

/** Everything the guests of the other tests are made of. */
const guests = [kvm, hyperv, vmware, xenPv];
const paths = [...new Set(guests.flatMap(({ files, links }) => [...Object.keys(files), ...Object.keys(links)]))];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(...guests.flatMap(({ files }) => Object.values(files)).map(String)),
  fc
    .array(fc.constantFrom('\n', ' ', '\t', ':', '0', 'ffffffff', '|-- ', '/32 host LOCAL', '-', '\\040', '/', 'br0'), {
      maxLength: 60,
    })
    .map(parts => parts.join('')),
);
const link = fc.oneof(fc.constantFrom(...paths), fc.constantFrom('.', '..', '/', 'nowhere', '/sys/devices'));
const change = fc.record({
  path: fc.constantFrom(...paths),
  to: fc.oneof(
    text.map(content => ({ content })),
    link.map(target => ({ target })),
    fc.constant({ folder: true as const }),
    fc.constant({ gone: true as const }),
  ),
});

test('whatever lies in the folder, looking at it never throws', async t => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...guests), fc.array(change, { maxLength: 12 }), async (guest, changes) => {
      const undo: (() => void)[] = [];
      const root = folderWith({ after: fn => void undo.push(fn) }, guest);
      for (const { path, to } of changes) {
        const at = join(root, path);
        try {
          rmSync(at, { recursive: true, force: true });
          mkdirSync(dirname(at), { recursive: true });
          if ('content' in to) writeFileSync(at, to.content);
          if ('target' in to) symlinkSync(to.target, at);
          if ('folder' in to) mkdirSync(at);
        } catch {
          // An earlier change put something into the way of this one: as good a folder as any.
        }
      }
      try {
        await look(root);
      } finally {
        for (const fn of undo) fn();
      }
    }),
    { numRuns: 30 },
  );
  t.diagnostic(`${paths.length} paths changed at will`);
});

const worst: Record<string, (path: string) => void> = {
  'links that lead to themselves': path => symlinkSync(path.slice(path.lastIndexOf('/') + 1), path),
  'pipes nobody writes to': path => void execFileSync('mkfifo', [path]),
  'files of 100 MB': path => {
    writeFileSync(path, '{"0x1":[[[[[[[');
    truncateSync(path, 100_000_000);
  },
  'endless links': path => symlinkSync('/dev/zero', path),
};
for (const [name, make] of Object.entries(worst)) {
  test(`an answer: ${name}`, async t => {
    const root = folderWith(t, {
      files: kvm.files,
      links: kvm.links,
      folders: kvm.folders,
    });
    for (const path of Object.keys(kvm.files).filter(path => !/modalias$/.test(path))) {
      rmSync(join(root, path), { force: true });
      make(join(root, path));
    }
    await look(root);
  });
}
