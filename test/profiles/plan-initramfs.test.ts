import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KnownInitramfs } from '../../src/kernel/initramfs/known.ts';
import { plan } from '../../src/profiles/plan.ts';
import type { KernelStep } from '../../src/profiles/step.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { facts, prefer, profile, settings } from './world.ts';

const [RUNNING, CLOUD] = ['6.1.0-50-amd64', '6.1.0-50-cloud-amd64'];
const line = (...drivers: string[]) => ({ drivers, reason: 'because', reference: 'https://example.org/' });
const lines = [line('b', 'a'), line('a', 'c')];
const known = (release: string, part: Partial<KnownInitramfs> = {}): KnownInitramfs => ({
  ...{ release, drivers: 'b a c', vendor: `/boot/initrd.img-${release}`, stamp: '', lacks: ['c'], failed: null },
  built: { path: `/boot/initrd.img-${release}.enlighten`, stamp: '' },
  ...part,
});

const steps = (all: KnownInitramfs[], more: { kernel?: ReturnType<typeof prefer>[]; wish?: Partial<Settings> } = {}) =>
  plan(
    facts({ initramfs: all }),
    settings(more.wish ?? {}),
    profile('p', { initramfs: lines, kernel: more.kernel ?? [] }),
  ).steps;
const brief = (all: ReturnType<typeof steps>) =>
  all.map(step => [step.id, step.desired, (step as KernelStep).initramfs ?? null, (step as KernelStep).when ?? null]);

test('every driver once, in the order of the profile: for the kernel that is wanted, else for the one that runs', () => {
  assert.deepEqual(brief(steps([])), [[`initramfs:${RUNNING}`, 'b a c', null, null]]);
  assert.deepEqual(brief(steps([], { kernel: [prefer('debian', 'cloud')] })), [
    ['kernel', CLOUD, null, null],
    [`initramfs:${CLOUD}`, 'b a c', null, null],
  ]);
});

test('with one kernel for every machine the swap is the initramfs, at the next ordinary reboot', () => {
  const ours = `/boot/initrd.img-${RUNNING}.enlighten`;
  assert.deepEqual(brief(steps([known(RUNNING)]))[0], ['kernel', RUNNING, ours, 'next-reboot']);
});

test('a wanted kernel is tried with ours', () => {
  const found = brief(steps([known(CLOUD)], { kernel: [prefer('debian', 'cloud')] }))[0];
  assert.deepEqual(found, ['kernel', CLOUD, `/boot/initrd.img-${CLOUD}.enlighten`, null]);
});

test('nothing is tried where the vendor’s is complete, none could be made, or other drivers were asked for', () => {
  const others = [{ built: null, lacks: [] }, { built: null }, { drivers: 'b a' }];
  for (const part of others) assert.equal(brief(steps([known(RUNNING, part)])).length, 1);
});

test('who keeps the kernel keeps its initramfs', () => {
  assert.deepEqual(steps([known(RUNNING)], { wish: { kernel: { value: 'keep', source: 'file' } } }), []);
});
