import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { normalizedSysctlName } from '../../src/settings/sysctl-name.ts';

/** Where sysctl(8) writes a dotted name. */
const pathOf = (dotted: string) => `/proc/sys/${dotted.replace(/[./]/g, separator => (separator === '.' ? '/' : '.'))}`;

const names: Record<string, string | null> = {
  'vm.swappiness': 'vm.swappiness',
  'vm/swappiness': 'vm.swappiness',
  'net.ipv4.conf.eth0/1.forwarding': 'net.ipv4.conf.eth0/1.forwarding',
  'net/ipv4/conf/eth0.1/forwarding': 'net.ipv4.conf.eth0/1.forwarding',
  'net/ipv4.conf': 'net.ipv4/conf',
  'kernel.core-x_1': 'kernel.core-x_1',
  vm: null,
  '': null,
  '.': null,
  '/': null,
  '.vm.x': null,
  'vm.x.': null,
  'vm..x': null,
  'vm/../../etc/passwd': null,
  '../etc': null,
  'vm.//.x': null, // as a path: vm/../x
  'vm./.x': null, // as a path: vm/./x
  '//.//.etc.passwd': null,
  'vm.a b': null,
  'vm.a\n': null,
  'vm.ä': null,
  'vm.$(x)': null,
};

for (const [written, name] of Object.entries(names)) {
  test(`the name ${JSON.stringify(written)}`, () => assert.equal(normalizedSysctlName(written), name));
}

test('no name leads out of /proc/sys, and each is its own normal form', () => {
  const written = fc.string({ unit: fc.constantFrom('a', '1', '_', '-', '.', '/', '~', '\0'), maxLength: 12 });
  fc.assert(
    fc.property(written, text => {
      const name = normalizedSysctlName(text);
      if (name === null) return;
      const path = pathOf(name);
      assert.equal(posix.normalize(path), path);
      assert.match(name, /^[A-Za-z0-9_./-]+$/);
      assert.equal(normalizedSysctlName(name), name);
    }),
    { numRuns: 5000 },
  );
});
