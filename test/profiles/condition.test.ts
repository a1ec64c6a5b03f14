import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileBuiltins } from '../../src/profiles/compile.ts';
import { holds } from '../../src/profiles/condition.ts';
import { readProfile } from '../../src/profiles/document.ts';
import type { Condition } from '../../src/profiles/schema.ts';
import { holdingHere } from '../../src/profiles/sections.ts';
import { facts, line, profile } from './world.ts';

const balloon = {
  ...{ bus: 'virtio', id: 'virtio3', modalias: 'virtio:d00000005v00001AF4', driver: 'virtio_balloon', provides: [] },
  class: 'other' as const,
};
const here = facts({
  devices: [balloon],
  cpus: 4,
  memory: 4 * 2 ** 30,
  runningRelease: '6.1.0-50-cloud-amd64',
  offers: [
    { id: 'ptp-kvm', offered: true, inUse: false },
    { id: 'clock-xen', offered: false, inUse: false },
    { id: 'ptp-hyperv', offered: null, inUse: null },
  ],
});

const table: [Condition, boolean][] = [
  [{ kernel: '>= 5.4' }, true],
  [{ kernel: '>= 6.1' }, true],
  [{ kernel: '>= 6.10' }, false],
  [{ kernel: '>= 5.4, < 6.1' }, false],
  [{ cpus: '>= 4' }, true],
  [{ cpus: '>4' }, false],
  [{ cpus: '> 1, <= 4' }, true],
  [{ memory: '>= 4 GiB' }, true],
  [{ memory: '< 4096 MiB' }, false],
  [{ memory: '= 4096MiB' }, true],
  [{ driver: ['virtio_net', 'virtio_balloon'] }, true],
  [{ driver: ['virtio_net'] }, false],
  [{ device: ['virtio:d00000005v*'] }, true],
  [{ device: ['virtio:d00000001v*'] }, false],
  [{ feature: ['ptp-kvm'] }, true],
  [{ feature: ['clock-xen', 'ptp-hyperv', 'no-such'] }, false],
  [{ cpus: '>= 4', driver: ['virtio_net'] }, false],
];
for (const [condition, expected] of table) {
  test(`${JSON.stringify(condition)} ${expected ? 'holds' : 'does not hold'}`, () => {
    assert.equal(holds(condition, here), expected);
    const written = `name: x\nsysctl: { vm.a: { value: 1, when: ${JSON.stringify(condition)}, reason: r, reference: "https://e.org/" } }`;
    assert.deepEqual(readProfile(written, 'f').notices, [], 'a profile may say it');
  });
}

test('without a condition it holds; of an unknown size of memory nothing is known', () => {
  assert.equal(holds(undefined, here), true);
  const unknown = facts({ memory: null });
  assert.equal(holds({ memory: '> 0 KiB' }, unknown), false);
  assert.equal(holds({ memory: '< 1 TiB' }, unknown), false);
});

test('a line whose condition does not hold is as if it were not written', () => {
  const when = { cpus: '>= 64' };
  const found = holdingHere(profile('p', { sysctl: { 'vm.a': { ...line('1'), when }, 'vm.b': line('2') } }), here);
  assert.deepEqual(Object.keys(found.sysctl), ['vm.b']);
});

test('every condition of the built-in profiles can be judged', () => {
  for (const one of compileBuiltins()) assert.equal(holdingHere(one, here).name, one.name);
});

test('a pattern fits as a shell would have it', () => {
  const piece = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 4 });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), fc.array(piece, { maxLength: 6 }), (parts, text) => {
      const [pattern, modalias] = [`x${parts.join('*')}`, `x${text.join('')}`];
      const shell = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
      assert.equal(holds({ device: [pattern] }, facts({ devices: [{ ...balloon, modalias }] })), shell.test(modalias));
    }),
  );
});

test('comparisons are exact, whatever is compared', () => {
  const number = fc.integer({ min: 1, max: 99 });
  fc.assert(
    fc.property(number, number, (cpus, wanted) => {
      const seen = facts({ cpus });
      const asked = { '<': cpus < wanted, '<=': cpus <= wanted, '=': cpus === wanted, '>=': cpus >= wanted };
      for (const [operator, expected] of Object.entries({ ...asked, '>': cpus > wanted })) {
        assert.equal(holds({ cpus: `${operator} ${wanted}` }, seen), expected, operator);
      }
    }),
  );
});
