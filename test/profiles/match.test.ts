import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseProfile } from '../../src/profiles/match.ts';
import type { Profile } from '../../src/profiles/schema.ts';
import { counterpartOf } from '../../src/profiles/sysctl-name.ts';
import { detection, line, prefer, profile, queue, settings } from './world.ts';

const wish = (value: string) => settings({ profile: { value, source: 'property' } });
const generic = profile('generic', { sysctl: { 'vm.swappiness': line('30'), 'vm.dirty_bytes': line('1000000') } });
const kvm = profile('kvm', { extends: 'generic', match: { hypervisor: ['kvm'] } });
const builtin = [generic, kvm];

const chosen = (vendor: Profile[], seen = detection(), set = settings()) => {
  const { profile: found, notices } = chooseProfile(set, seen, { vendor, builtin });
  return { name: found.name, sysctl: Object.keys(found.sysctl).sort(), codes: notices.map(({ code }) => code) };
};

test('the detected hypervisor decides, with what its profile inherits', () => {
  assert.deepEqual(chosen([]), { name: 'kvm', sysctl: ['vm.dirty_bytes', 'vm.swappiness'], codes: [] });
  assert.equal(chosen([], detection({ hypervisor: 'bhyve' })).name, 'generic');
});

test('more criteria win; between equals the vendor wins; an unmet criterion is no match', () => {
  const aws = profile('aws', { match: { hypervisor: ['kvm'], platform: ['aws'] } });
  const mine = profile('mine', { match: { hypervisor: ['kvm', 'xen'] } });
  const onAws = detection({ platform: 'aws' });
  assert.equal(chosen([mine, aws], onAws).name, 'aws');
  assert.equal(chosen([mine, aws]).name, 'mine');
  assert.equal(chosen([aws]).name, 'kvm');
  assert.equal(chosen([profile('base', { sysctl: {} })]).name, 'kvm', 'a profile without match is never chosen');
});

test('what is not virtualized is no guest of its hypervisor', () => {
  assert.equal(chosen([], detection({ virtualized: false })).name, 'generic');
  const bare = profile('bare', { match: { hypervisor: ['none'] } });
  assert.equal(chosen([bare], detection({ hypervisor: 'xen', mode: 'dom0', virtualized: false })).name, 'bare');
});

test('the settings decide over detection; an unknown name is a Notice', () => {
  assert.equal(chosen([], detection(), wish('generic')).name, 'generic');
  assert.deepEqual(chosen([], detection(), wish('nonsense')).codes, ['profile-unknown']);
  assert.equal(chosen([], detection(), wish('nonsense')).name, 'kvm');
});

test('a vendor’s profile replaces the built-in one of its name, or extends it', () => {
  const replaced = profile('kvm', { match: { hypervisor: ['kvm'] }, sysctl: { 'vm.laptop_mode': line('0') } });
  assert.deepEqual(chosen([replaced]).sysctl, ['vm.laptop_mode']);
  const extended = profile('kvm', { ...replaced, extends: 'kvm' });
  assert.deepEqual(chosen([extended]), {
    name: 'kvm',
    sysctl: ['vm.dirty_bytes', 'vm.laptop_mode', 'vm.swappiness'],
    codes: [],
  });
  const hidden = profile('kvm', { sysctl: {} });
  assert.equal(chosen([hidden]).name, 'generic', 'the replaced one is not matched either');
});

test('a circle is cut and told, an unknown parent is told', () => {
  const a = profile('a', { extends: 'b', sysctl: { 'vm.x': line('1') } });
  const b = profile('b', { extends: 'a', sysctl: { 'vm.y': line('1') } });
  assert.deepEqual(chosen([a, b], detection(), wish('a')), {
    name: 'a',
    sysctl: ['vm.x', 'vm.y'],
    codes: ['profile-cycle'],
  });
  const self = profile('self', { extends: 'self' });
  assert.deepEqual(chosen([self], detection(), wish('self')).codes, ['profile-parent-unknown']);
  const orphan = profile('orphan', { extends: 'nobody', sysctl: { 'vm.x': line('1') } });
  assert.deepEqual(chosen([orphan], detection(), wish('orphan')), {
    name: 'orphan',
    sysctl: ['vm.x'],
    codes: ['profile-parent-unknown'],
  });
});

test('a child’s line wins: sysctl by name, kernel by distribution, disks by being last', () => {
  const parent = profile('parent', {
    sysctl: { 'vm.swappiness': line('30'), 'vm.dirty_bytes': line('5') },
    kernel: [prefer('debian', 'cloud'), prefer('alpine', 'virt')],
    block: [queue('virtio_blk', 'none')],
  });
  const child = profile('child', {
    extends: 'parent',
    sysctl: { 'vm.swappiness': line('10'), 'vm.dirty_ratio': line('40') },
    kernel: [prefer('debian', 'rt')],
    block: [queue('virtio_blk', 'mq-deadline')],
  });
  const { profile: found } = chooseProfile(wish('child'), detection(), { vendor: [parent, child], builtin });
  assert.deepEqual(
    Object.entries(found.sysctl).map(([name, { value }]) => `${name}=${value}`),
    ['vm.swappiness=10', 'vm.dirty_ratio=40'],
  );
  assert.deepEqual(
    found.kernel.map(rule => `${rule.distribution}:${rule.prefer}`),
    ['debian:rt', 'alpine:virt'],
  );
  assert.deepEqual(
    found.block.map(one => one.scheduler),
    ['none', 'mq-deadline'],
  );
  assert.ok(!('extends' in found));
});

test('a workload’s profile lies over the other one, the most specific of them, with what it extends', () => {
  const database = profile('database', { match: { workload: ['database'] }, sysctl: { 'vm.dirty_ratio': line('10') } });
  const here = profile('database-kvm', {
    ...{ extends: 'database', match: { workload: ['database'], hypervisor: ['kvm'] } },
    sysctl: { 'vm.swappiness': line('1') },
  });
  const forDatabase = settings({ workload: { value: 'database', source: 'property' } });
  const names = (vendor: Profile[], set = forDatabase) => {
    const choice = chooseProfile(set, detection(), { vendor, builtin });
    return [choice.profile.name, Object.keys(choice.profile.sysctl).sort().join(' ')];
  };
  assert.deepEqual(names([database]), ['kvm+database', 'vm.dirty_ratio vm.swappiness']);
  assert.deepEqual(names([database, here]), ['kvm+database-kvm', 'vm.dirty_ratio vm.swappiness']);
  assert.deepEqual(names([database], settings()), ['kvm', 'vm.dirty_bytes vm.swappiness'], 'not wished, not there');
  const both = settings({ ...forDatabase, profile: { value: 'generic', source: 'file' } });
  assert.equal(names([database], both)[0], 'generic+database');
  assert.deepEqual(chosen([database], detection(), settings({ workload: { value: 'web', source: 'file' } })), {
    name: 'kvm',
    sysctl: ['vm.dirty_bytes', 'vm.swappiness'],
    codes: ['workload-unknown'],
  });
});

test('however profiles extend each other, choosing ends, never inherits a contradiction, and reads only', () => {
  const names = fc.constantFrom('a', 'b', 'c', 'kvm', 'generic');
  const sysctls = fc.constantFrom(
    {},
    { 'vm.dirty_ratio': line('4') },
    { 'vm.dirty_bytes': line('4') },
    { 'vm.swappiness': line('1') },
  );
  const any = fc
    .record({ name: names, extends: names, sysctl: sysctls })
    .map(part => profile(part.name, { ...part, match: { hypervisor: ['kvm'] } }));
  fc.assert(
    fc.property(fc.array(any, { maxLength: 6 }), names, (vendor, name) => {
      const { profile: found } = chooseProfile(wish(name), detection(), { vendor, builtin });
      for (const one of Object.keys(found.sysctl)) assert.ok(!Object.hasOwn(found.sysctl, counterpartOf(one) ?? ''));
      assert.ok(!('extends' in found));
    }),
  );
});
