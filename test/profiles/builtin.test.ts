import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hypervisors, type Platform } from '../../src/detect/detection.ts';
import { builtinProfiles } from '../../src/profiles/builtin.ts';
import { compileBuiltins } from '../../src/profiles/compile.ts';
import { chooseProfile } from '../../src/profiles/match.ts';
import { counterpartOf } from '../../src/profiles/sysctl-name.ts';
import { detection, settings } from './world.ts';

test('the built-in profiles survive the way through profiles.json', async () => {
  const compiled = compileBuiltins();
  assert.deepEqual(JSON.parse(JSON.stringify(compiled)), compiled);
  assert.deepEqual(await builtinProfiles(), compiled);
});

test('every hypervisor has a profile, complete and without contradiction', () => {
  const builtin = compileBuiltins();
  for (const hypervisor of hypervisors) {
    const found = detection({ hypervisor, virtualized: hypervisor !== 'none' });
    const { profile, notices } = chooseProfile(settings(), found, { vendor: [], builtin });
    assert.deepEqual(notices, []);
    const own = builtin.find(({ name }) => name === hypervisor);
    assert.equal(profile.name, own?.name ?? 'generic');
    const names = Object.keys(profile.sysctl);
    assert.equal(names.length > 0, hypervisor !== 'none');
    for (const name of names) assert.ok(!names.includes(counterpartOf(name) ?? ''), name);
  }
});

test('every workload lies over every hypervisor without contradiction', () => {
  const builtin = compileBuiltins();
  for (const workload of ['database', 'web', 'low-latency', 'throughput', 'build', 'java']) {
    for (const hypervisor of hypervisors) {
      const wished = settings({ workload: { value: workload, source: 'property' } });
      const found = detection({ hypervisor, virtualized: hypervisor !== 'none' });
      const { profile, notices } = chooseProfile(wished, found, { vendor: [], builtin });
      assert.deepEqual(notices, []);
      assert.ok(profile.name.endsWith(`+${workload}`), profile.name);
      const names = Object.keys(profile.sysctl);
      for (const name of names) assert.ok(!names.includes(counterpartOf(name) ?? ''), name);
    }
  }
});

test('the overlays of clouds and platforms are chosen where they are', () => {
  const builtin = compileBuiltins();
  const chosen = (hypervisor: 'kvm' | 'hyperv' | 'xen', platform: Platform) =>
    chooseProfile(settings(), detection({ hypervisor, platform }), { vendor: [], builtin }).profile.name;
  for (const platform of ['aws', 'gcp', 'nutanix', 'proxmox', 'oracle'] as const) {
    assert.equal(chosen('kvm', platform), platform);
  }
  assert.equal(chosen('hyperv', 'azure'), 'azure');
  assert.equal(chosen('xen', 'aws'), 'aws-xen');
});
