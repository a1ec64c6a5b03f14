import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hypervisors } from '../../src/detect/detection.ts';
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
