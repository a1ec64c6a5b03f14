import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { toolsAction } from '../../src/actions/tools.ts';
import { tools } from '../../src/facts/tools.ts';
import type { WritableGuest } from '../../src/guest/guest.ts';
import { planTools } from '../../src/profiles/plan-tools.ts';
import type { Standing, ToolsStep } from '../../src/profiles/step.ts';
import { openJournal } from '../../src/state/journal.ts';
import { detection, facts } from '../profiles/world.ts';
import { fixture } from './kernel.ts';

const UNITS = '/usr/lib/systemd/system';
const vmware = '[Unit]\nConditionVirtualization=vmware\n[Install]\nWantedBy=multi-user.target\n';
const google = '[Unit]\nDescription=Google\n[Install]\nWantedBy=multi-user.target\n';

const machine = (t: TestContext, files: Record<string, string>, links: Record<string, string> = {}) => {
  const plain = fixture(t, files);
  const { root } = plain.guest;
  const link = (path: string, target: string) => {
    mkdirSync(dirname(root + path), { recursive: true });
    symlinkSync(target, root + path);
  };
  for (const [path, target] of Object.entries(links)) link(path, target);
  const ran: string[] = [];
  const guest: WritableGuest = {
    ...plain.guest,
    live: true,
    async run(tool, [unit = '']) {
      ran.push(`${tool} ${unit}`);
      if (tool === 'mask-unit') link(`/run/systemd/system/${unit}`, '/dev/null');
      else rmSync(`${root}/run/systemd/system/${unit}`);
      return { exitCode: 0, stdout: '', stderr: '' };
    },
  };
  const steps = async (hypervisor: 'vmware' | 'kvm'): Promise<ToolsStep[]> => {
    const found = await tools(guest, detection({ hypervisor }), []);
    return planTools(facts({ detection: detection({ hypervisor }), tools: found })).steps as ToolsStep[];
  };
  return { guest, ran, steps };
};
const by = (standing: Standing): string => ('by' in standing ? standing.by.code : standing.state);
const wants = (unit: string) => `/etc/systemd/system/multi-user.target.wants/${unit}`;
const installed = { '/usr/bin/vmtoolsd': '', [`${UNITS}/open-vm-tools.service`]: vmware };

test('the tools of this hypervisor: enabled, disabled, masked, missing', async t => {
  const standing = async (files: Record<string, string>, links: Record<string, string> = {}) => {
    const { guest, steps } = machine(t, files, links);
    const [step] = await steps('vmware');
    assert.deepEqual([step?.id, step?.desired, step?.package], ['tools:vmware', 'on', 'open-vm-tools']);
    assert.ok(step);
    return by(await toolsAction.check(step, guest));
  };
  const enabled = { [wants('open-vm-tools.service')]: `${UNITS}/open-vm-tools.service` };
  assert.equal(await standing(installed, enabled), 'satisfied');
  assert.equal(await standing(installed), 'tool-administrator');
  assert.equal(
    await standing(installed, { '/etc/systemd/system/open-vm-tools.service': '/dev/null' }),
    'tool-administrator',
  );
  assert.equal(await standing({}), 'tool-missing');
});

test('a unit that udev starts cannot be enabled, and nobody disabled it: Debian’s [Install] of the QEMU guest agent is empty', async t => {
  const unit = '[Unit]\nBindsTo=dev-virtio\\x2dports-org.qemu.guest_agent.0.device\n\n[Install]\n';
  const channel = { '/sys/class/virtio-ports/vport1p1/name': 'org.qemu.guest_agent.0\n' };
  const there = { '/usr/sbin/qemu-ga': '', [`${UNITS}/qemu-guest-agent.service`]: unit };
  const { guest, steps } = machine(t, { ...channel, ...there });
  const [step] = await steps('kvm');
  assert.deepEqual([step?.id, step?.desired], ['tools:qemu', 'on']);
  assert.ok(step);
  assert.equal(by(await toolsAction.check(step, guest)), 'satisfied');
});

test('elsewhere their units stay away by themselves, and nothing is planned', async t => {
  const enabled = { [wants('open-vm-tools.service')]: `${UNITS}/open-vm-tools.service` };
  assert.deepEqual(await machine(t, installed, enabled).steps('kvm'), []);
});

test('one that would start anywhere is off for this boot, and comes back', async t => {
  const files = { '/usr/bin/google_guest_agent': '', [`${UNITS}/google-guest-agent.service`]: google };
  const enabled = { [wants('google-guest-agent.service')]: `${UNITS}/google-guest-agent.service` };
  assert.deepEqual(await machine(t, files).steps('kvm'), []);
  const { guest, ran, steps } = machine(t, files, enabled);
  const [step] = await steps('kvm');
  assert.ok(step?.desired === 'off');
  const journal = openJournal(guest);
  assert.equal((await toolsAction.check(step, guest)).state, 'pending');
  await toolsAction.apply(step, guest, journal);
  assert.equal((await toolsAction.check(step, guest)).state, 'satisfied');
  for (const entry of await journal.entries()) await toolsAction.undo(entry, guest, journal);
  assert.deepEqual(ran, ['mask-unit google-guest-agent.service', 'unmask-unit google-guest-agent.service']);
  assert.equal((await toolsAction.check(step, guest)).state, 'pending');
});

test('a unit an administrator wrote is theirs', async t => {
  const files = { '/usr/bin/google_guest_agent': '', [`${UNITS}/google-guest-agent.service`]: google };
  const more = { '/etc/systemd/system/google-guest-agent.service': google };
  const enabled = { [wants('google-guest-agent.service')]: `${UNITS}/google-guest-agent.service` };
  const { guest, steps } = machine(t, { ...files, ...more }, enabled);
  const [step] = await steps('kvm');
  assert.ok(step);
  assert.equal(by(await toolsAction.check(step, guest)), 'tool-administrator');
});
