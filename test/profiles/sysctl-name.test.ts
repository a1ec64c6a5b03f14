import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { counterpartOf, dotted, sysctlPath } from '../../src/profiles/sysctl-name.ts';

test('dots and slashes as sysctl.d(5) reads them', () => {
  assert.equal(sysctlPath('vm.swappiness'), '/proc/sys/vm/swappiness');
  assert.equal(sysctlPath('net.ipv4.conf.eth0/100.rp_filter'), '/proc/sys/net/ipv4/conf/eth0.100/rp_filter');
  assert.equal(sysctlPath('net/ipv4/conf/eth0.100/rp_filter'), '/proc/sys/net/ipv4/conf/eth0.100/rp_filter');
  assert.equal(dotted('net/ipv4/conf/eth0.100/rp_filter'), 'net.ipv4.conf.eth0/100.rp_filter');
});

test('what is no sysctl name', () => {
  const names = ['', '.', '..', 'vm', '/vm/x', 'vm..x', '../x', 'net.//.x', 'net//..//x', 'vm.x\n', 'vm.x=1', 'vm.*'];
  for (const name of names) assert.equal(sysctlPath(name), null, JSON.stringify(name));
});

test('no name leads out of /proc/sys, and both spellings are one file', () => {
  const name = fc.string({ unit: fc.constantFrom('.', '/', 'a', 'vm', '-', '_') });
  fc.assert(
    fc.property(name, text => {
      const path = sysctlPath(text);
      assert.equal(sysctlPath(dotted(text)), path);
      if (path === null) return;
      assert.equal(new URL(path, 'file:///').pathname, path);
      assert.ok(path.startsWith('/proc/sys/'));
    }),
  );
});

test('counterparts are mutual', () => {
  for (const name of ['vm.dirty_bytes', 'vm.dirty_background_ratio', 'vm.overcommit_kbytes']) {
    const other = counterpartOf(name);
    assert.ok(other !== null && other !== name);
    assert.equal(counterpartOf(other), name);
  }
  assert.equal(counterpartOf('constructor'), null);
});
