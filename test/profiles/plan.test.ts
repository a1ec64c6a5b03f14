import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plan } from '../../src/profiles/plan.ts';
import { counterpartOf } from '../../src/profiles/sysctl-name.ts';
import type { Setting, Settings } from '../../src/settings/settings.ts';
import { atLeast, disk, facts, kernel, line, prefer, profile, queue, settings } from './world.ts';

const kvm = profile('kvm', {
  kernel: [prefer('debian', 'cloud')],
  sysctl: { 'vm.swappiness': line('30'), 'vm.dirty_bytes': line('322122547'), 'net.core.somaxconn': atLeast('2048') },
  block: [queue('virtio_blk', 'none')],
});

const wish = (value: string, source: Setting<string>['source'] = 'property') => settings({ kernel: { value, source } });
const kernelOf = (set: Settings, seen = facts(), from = kvm) => {
  const { steps, notices } = plan(seen, set, from);
  return [steps.find(({ kind }) => kind === 'kernel')?.desired ?? null, ...notices.map(({ code }) => code)];
};

test('kernel first, then sysctls by name, then disks by name, then those that come later', () => {
  const seen = facts({ blockDevices: [disk('vdb', 'virtio_blk'), disk('vda', 'virtio_blk')] });
  const { profile: name, steps, notices } = plan(seen, settings(), kvm);
  assert.equal(name, 'kvm');
  assert.deepEqual(notices, []);
  assert.deepEqual(
    steps.map(({ id, desired, lasts }) => `${id}=${desired} ${lasts}`),
    [
      'kernel=6.1.0-50-cloud-amd64 persistent',
      'sysctl:net.core.somaxconn=2048 boot',
      'sysctl:vm.dirty_bytes=322122547 boot',
      'sysctl:vm.swappiness=30 boot',
      'block:vda:scheduler=none boot',
      'block:vdb:scheduler=none boot',
      'udev:block:scheduler=none for virtio_blk boot',
    ],
  );
  assert.ok(steps.every(({ reason, reference }) => reason === 'because' && reference === 'https://example.org/'));
  assert.deepEqual(
    steps.filter(step => step.kind === 'sysctl' && step.atLeast).map(({ id }) => id),
    ['sysctl:net.core.somaxconn'],
  );
});

test('kernel auto: the newest of the first preferred flavour that is there, running or not', () => {
  assert.deepEqual(kernelOf(settings()), ['6.1.0-50-cloud-amd64']);
  assert.deepEqual(kernelOf(settings(), facts({ runningRelease: '6.1.0-50-cloud-amd64' })), ['6.1.0-50-cloud-amd64']);
  const two = profile('two', { kernel: [prefer('debian', 'microvm', 'cloud')] });
  assert.deepEqual(kernelOf(settings(), facts(), two), ['6.1.0-50-cloud-amd64']);
});

test('kernel auto: nothing preferred is installed, or nothing is preferred: no step and no fuss', () => {
  assert.deepEqual(kernelOf(settings(), facts({ kernels: [kernel('6.1.0-50-amd64', 'generic')] })), [null]);
  assert.deepEqual(kernelOf(settings(), facts({ distribution: { id: 'photon', version: '5', like: [] } })), [null]);
});

test('kernel as wished: keep, a flavour, a release, or a Notice that lists what there is', () => {
  assert.deepEqual(kernelOf(wish('keep')), [null]);
  assert.deepEqual(kernelOf(wish('generic')), ['6.1.0-50-amd64']);
  assert.deepEqual(kernelOf(wish('6.1.0-9-cloud-amd64')), ['6.1.0-9-cloud-amd64']);
  assert.deepEqual(kernelOf(wish('rt')), [null, 'kernel-not-installed']);
  const { steps, notices } = plan(facts(), wish('rt'), kvm);
  assert.match(notices[0]?.happened ?? '', /6\.1\.0-50-amd64 \(generic\), 6\.1\.0-50-cloud-amd64 \(cloud\)/);
  assert.ok(steps.length > 0, 'tuning goes on');
  assert.equal(plan(facts(), wish('cloud', 'command-line'), kvm).steps[0]?.reason, 'set by the kernel command line');
});

test('tune=off leaves the kernel step alone', () => {
  const set = settings({
    tune: { value: 'off', source: 'property' },
    sysctl: { 'vm.laptop_mode': { value: '0', source: 'property' } },
  });
  assert.deepEqual(
    plan(facts(), set, kvm).steps.map(({ id }) => id),
    ['kernel'],
  );
});

test('a setting wins over the profile’s line, also over the one it excludes, however it is spelt', () => {
  const set = settings({
    sysctl: {
      'vm/swappiness': { value: '1', source: 'file' },
      'vm.dirty_ratio': { value: '5', source: 'property' },
      'net.ipv4.ip_forward': { value: '1', source: 'command-line' },
    },
  });
  const found = plan(facts(), set, kvm).steps.filter(({ kind }) => kind === 'sysctl');
  assert.deepEqual(
    found.map(({ id, desired, reason }) => [id, desired, reason]),
    [
      ['sysctl:net.core.somaxconn', '2048', 'because'],
      ['sysctl:net.ipv4.ip_forward', '1', 'set by the kernel command line'],
      ['sysctl:vm.dirty_ratio', '5', 'set by an OVF property'],
      ['sysctl:vm.swappiness', '1', 'set by /etc/enlighten/enlighten.yaml'],
    ],
  );
  assert.equal(found[1]?.reference, 'https://docs.kernel.org/admin-guide/sysctl/net.html');
});

test('settings that exclude each other, and names that are none, are Notices', () => {
  const value = { value: '5', source: 'property' } as const;
  const set = settings({ sysctl: { 'vm.dirty_ratio': value, 'vm.dirty_bytes': value, 'net.//.x': value } });
  const { steps, notices } = plan(facts(), set, profile('empty'));
  assert.deepEqual(
    steps.map(({ id }) => id),
    ['sysctl:vm.dirty_bytes'],
  );
  assert.deepEqual(
    notices.map(({ code, subject }) => [code, subject]),
    [
      ['sysctl-name', 'net.//.x'],
      ['sysctl-conflict', 'vm.dirty_ratio'],
    ],
  );
});

test('disks: by driver, only what the kernel offers, never optical or read-only ones; the last line wins', () => {
  const blockDevices = [
    disk('vda', 'virtio_blk'),
    disk('vdb', 'virtio_blk', { readOnly: true }),
    disk('vdc', 'virtio_blk', { schedulers: ['mq-deadline'] }),
    disk('sr0', 'virtio_blk'),
    disk('sda', 'ahci'),
    disk('dm-0', null),
  ];
  const ids = (from: typeof kvm) =>
    plan(facts({ blockDevices, kernels: [] }), settings(), from)
      .steps.filter(({ kind }) => kind === 'block')
      .map(({ id, desired }) => `${id}=${desired}`);
  const one = { block: [queue('virtio_blk', 'none')] };
  assert.deepEqual(ids(profile('one', one)), ['block:vda:scheduler=none']);
  const more = [
    { ...queue('virtio_blk', 'mq-deadline') },
    { driver: ['ahci', 'virtio_blk'], read_ahead_kb: '512', reason: 'r', reference: 'https://e.org/' },
  ];
  assert.deepEqual(ids(profile('two', { block: [...one.block, ...more] })), [
    'block:sda:read_ahead_kb=512',
    'block:vda:scheduler=mq-deadline',
    'block:vda:read_ahead_kb=512',
    'block:vdc:scheduler=mq-deadline',
    'block:vdc:read_ahead_kb=512',
  ]);
});

test('the same facts in any order give the same plan: unique ids, no contradictions', () => {
  const name = fc.constantFrom('vm.dirty_ratio', 'vm.dirty_bytes', 'vm.swappiness', 'net/core/somaxconn', 'net.//.x');
  const wishes = fc.dictionary(name, fc.record({ value: fc.string(), source: fc.constant('property' as const) }));
  const disks = fc.shuffledSubarray(['vda', 'vdb', 'sda', 'sr0']).map(all => all.map(one => disk(one, 'virtio_blk')));
  const kernels = fc.shuffledSubarray([...facts().kernels]);
  fc.assert(
    fc.property(wishes, disks, kernels, fc.nat(), (sysctl, blockDevices, installed, memory) => {
      const seen = facts({ blockDevices, kernels: installed, memory });
      const turned = facts({ blockDevices: blockDevices.toReversed(), kernels: installed.toReversed(), memory });
      const set = settings({ sysctl });
      const other = settings({ sysctl: Object.fromEntries(Object.entries(sysctl).reverse()) });
      const found = plan(seen, set, kvm);
      assert.deepEqual(plan(turned, other, kvm), found);
      const ids = found.steps.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      for (const step of found.steps) {
        if (step.kind === 'sysctl') assert.ok(!ids.includes(`sysctl:${counterpartOf(step.name)}`));
      }
    }),
  );
});
