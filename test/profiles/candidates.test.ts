/** Which kernel is chosen where there are several, which not, and why. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import type { Facts } from '../../src/facts/facts.ts';
import { openGuest } from '../../src/guest/open.ts';
import { isOlder } from '../../src/kernel/version.ts';
import { kernelNotice } from '../../src/notices/kernel.ts';
import { compileBuiltins } from '../../src/profiles/compile.ts';
import { type Unfit, unfitKernels } from '../../src/profiles/fitness.ts';
import { chooseProfile } from '../../src/profiles/match.ts';
import { plan } from '../../src/profiles/plan.ts';
import type { Profile } from '../../src/profiles/schema.ts';
import { kernel as cloudKernel, devices, machine, put, RELEASE, runningKernel } from '../kernel/machine.ts';
import { detection, facts, kernel, prefer, profile, settings } from './world.ts';

const kernelStep = (seen: Facts, from: Profile, unfit: Unfit = {}) => {
  const [step] = plan(seen, settings({ tune: { value: 'off', source: 'file' } }), from, unfit).steps;
  return step?.kind === 'kernel' ? step : null;
};
const why = (step: ReturnType<typeof kernelStep>) => step?.rejected?.map(({ release, by }) => `${release} ${by.code}`);

const builtin = compileBuiltins();
const chosenFor = (hypervisor: 'kvm' | 'xen' | 'hyperv' | 'vmware', platform: 'azure' | 'aws' | 'oracle' | null) =>
  chooseProfile(settings(), detection({ hypervisor, platform }), { vendor: [], builtin }).profile;

test('the table: distribution and hypervisor say the order of flavours', () => {
  const order = (where: Profile, ...ids: string[]) =>
    ids.map(id => where.kernel.find(({ distribution }) => distribution === id)?.prefer.join(' '));
  const ids = ['debian', 'ubuntu', 'alpine', 'suse', 'fedora', 'photon'];
  assert.deepEqual(order(chosenFor('kvm', null), ...ids), [
    'cloud',
    'kvm generic',
    'virt',
    'default',
    'generic',
    undefined,
  ]);
  assert.deepEqual(order(chosenFor('vmware', null), ...ids), ['cloud', 'generic', 'virt', 'default', 'generic', 'esx']);
  assert.deepEqual(order(chosenFor('hyperv', 'azure'), 'debian', 'ubuntu', 'suse'), [
    'cloud',
    'azure generic',
    'azure default',
  ]);
  assert.deepEqual(order(chosenFor('kvm', 'aws'), 'ubuntu'), ['aws generic']);
  assert.deepEqual(order(chosenFor('xen', 'aws'), 'ubuntu'), ['aws generic']);
  assert.deepEqual(order(chosenFor('kvm', 'oracle'), 'ubuntu'), ['oracle generic']);
});

test('a rule for a distribution holds for its variants', () => {
  const rocky = facts({
    distribution: { id: 'rocky', version: '9', like: ['rhel', 'centos', 'fedora'] },
    runningRelease: '5.14.0-427.el9.x86_64',
    kernels: [kernel('5.14.0-427.el9.x86_64', 'generic')],
  });
  assert.match(kernelStep(rocky, chosenFor('kvm', null))?.reason ?? '', /one kernel/);
});

const three = facts({
  kernels: [kernel('6.1.0-50-amd64', 'generic'), kernel('6.1.0-50-cloud-amd64', 'cloud'), kernel('6.1.0-50-rt', 'rt')],
});

test('a worse flavour gives way to the next, with the reason', () => {
  const rule = profile('p', { kernel: [prefer('debian', 'cloud', 'rt')] });
  const unfit = { '6.1.0-50-cloud-amd64': kernelNotice('driver-missing', 'e1000', 'x') };
  const step = kernelStep(three, rule, unfit);
  assert.equal(step?.desired, '6.1.0-50-rt');
  assert.deepEqual(why(step), ['6.1.0-50-cloud-amd64 driver-missing']);
});

test('where none is fit the first stays in the plan, to be blocked by its reason; never where what runs is newer', () => {
  const rule = profile('p', { kernel: [prefer('debian', 'cloud')] });
  const unfit = { '6.1.0-50-cloud-amd64': kernelNotice('driver-missing', 'e1000', 'x') };
  const step = kernelStep(three, rule, unfit);
  assert.equal(step?.desired, '6.1.0-50-cloud-amd64');
  assert.deepEqual(why(step), ['6.1.0-50-cloud-amd64 driver-missing']);
  const newer = {
    ...three,
    runningRelease: '6.1.0-60-amd64',
    kernels: [...three.kernels, kernel('6.1.0-60-amd64', 'generic')],
  };
  assert.deepEqual(why(kernelStep(newer, rule)), ['6.1.0-50-cloud-amd64 kernel-older']);
});

test('a newer version of what runs waits for the next ordinary reboot; another flavour does not', () => {
  const rule = profile('p', { kernel: [prefer('debian', 'cloud')] });
  const upgraded = facts({ runningRelease: '6.1.0-9-cloud-amd64' });
  assert.deepEqual(
    [kernelStep(upgraded, rule)?.desired, kernelStep(upgraded, rule)?.when],
    ['6.1.0-50-cloud-amd64', 'next-reboot'],
  );
  assert.equal(kernelStep(facts(), rule)?.when, undefined);
});

test('without a preference the newer version of what runs is a candidate, and what runs is none', () => {
  const none = profile('none');
  const upgraded = facts({
    runningRelease: '6.1.0-50-amd64',
    kernels: [kernel('6.1.0-50-amd64', 'generic'), kernel('6.1.0-57-amd64', 'generic')],
  });
  const step = kernelStep(upgraded, none);
  assert.deepEqual([step?.desired, step?.when], ['6.1.0-57-amd64', 'next-reboot']);
  assert.equal(kernelStep(facts(), none), null);
});

test('older: by all numbers of one source package, else by the version of the kernel alone', () => {
  assert.equal(isOlder('6.1.0-50-cloud-amd64', '6.1.0-56-amd64', true), true);
  assert.equal(isOlder('6.1.0-56-cloud-amd64', '6.1.0-56-amd64', true), false);
  assert.equal(isOlder('6.8.0-31-generic', '6.8.0-1009-azure', false), false);
  assert.equal(isOlder('6.5.0-99-generic', '6.8.0-1009-azure', false), true);
  assert.equal(isOlder('5.14.21-150500.33.3-azure', '5.14.21-150500.55.7-default', false), false);
});

const installed = (root: string, more: Partial<Facts> = {}) =>
  unfitKernels(
    openGuest(root),
    facts({ kernels: [cloudKernel, kernel('6.1.0-50-amd64', 'generic')], devices, ...more }),
    profile('p', { kernel: [{ ...prefer('debian', 'cloud'), requires: ['CONFIG_KVM_GUEST', 'CONFIG_HYPERV_NET'] }] }),
  );
const config = (root: string, text: string): void => put(root, `/boot/config-${RELEASE}`, text);

test('a required feature: there, built in or as a module; missing; unknown', async () => {
  const root = machine();
  config(root, 'CONFIG_KVM_GUEST=y\nCONFIG_HYPERV_NET=m\n');
  assert.deepEqual(await installed(root), {});
  config(root, 'CONFIG_KVM_GUEST=y\n# CONFIG_HYPERV_NET is not set\nCONFIG_HYPERV_NET_X=y\n');
  const lacks = (await installed(root))[RELEASE];
  assert.equal(lacks?.code, 'kernel-lacks');
  assert.match(lacks?.happened ?? '', /: CONFIG_HYPERV_NET\./);
  assert.equal((await installed(machine()))[RELEASE]?.code, 'kernel-features-unknown');
});

test('no driver for a device in use; the kernel that runs is not judged; tables that are gone are for the proof to say', async () => {
  const root = machine();
  config(root, 'CONFIG_KVM_GUEST=y\nCONFIG_HYPERV_NET=m\n');
  runningKernel(root, '6.1.0-50-amd64', {});
  const card = [{ ...devices[2], modalias: 'pci:v00008086d0000100E', driver: 'e1000', class: 'network' as const }];
  const all = card.map(one => ({ bus: 'pci', id: '0000:00:03.0', provides: [], ...one }));
  const found = await installed(root, { devices: all });
  assert.equal(found[RELEASE]?.code, 'driver-missing');
  assert.deepEqual(await installed(root, { devices: all, runningRelease: RELEASE }), {});
  rmSync(`${root}/lib/modules/${RELEASE}/modules.dep`);
  assert.deepEqual(await installed(root, { devices: all }), {});
});
