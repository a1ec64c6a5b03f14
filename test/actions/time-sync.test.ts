/** Debian's own vmware-toolbox-cmd, with a backdoor emulator where ESX would be. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { timeSyncAction } from '../../src/actions/time-sync.ts';
import type { WritableGuest } from '../../src/guest/guest.ts';
import type { TimeSyncStep } from '../../src/profiles/step.ts';
import { openJournal } from '../../src/state/journal.ts';
import { compiled } from '../hypervisors/program.ts';
import { fixture } from './kernel.ts';

const backdoor = compiled('vmware-backdoor', '-static');
const REAL = '/usr/bin/vmware-toolbox-cmd';
/** The tool asks the processor first whether it is VMware's. */
const { status } = spawnSync(backdoor, [tmpdir(), '--', REAL, 'stat', 'speed'], { timeout: 30_000 });
const skip = status === 75 ? false : 'this processor cannot fault on CPUID (arch_prctl(2))';

const step: TimeSyncStep = {
  ...{ id: 'time-sync:vmware', kind: 'time-sync', unit: 'chrony.service', desired: 'off', lasts: 'persistent' },
  ...{ reason: 'because', reference: 'https://example.org/' },
};

/** @param host what keeps `synctime`; null is a machine of another hypervisor */
const machine = (t: TestContext, host: string | null, enabled: boolean) => {
  const plain = fixture(t, {});
  const wants = `${plain.guest.root}/etc/systemd/system/multi-user.target.wants/chrony.service`;
  mkdirSync(dirname(wants), { recursive: true });
  if (enabled) symlinkSync('/usr/lib/systemd/system/chrony.service', wants);
  const asked = (args: readonly string[]) => {
    const ran = spawnSync(backdoor, [host ?? '', '--', REAL, 'timesync', ...args], { encoding: 'utf8' });
    return { exitCode: ran.status ?? -1, stdout: ran.stdout, stderr: ran.stderr };
  };
  const guest: WritableGuest = {
    ...{ ...plain.guest, live: true },
    query: async (_tool, args) => (host === null ? null : asked(args)),
    run: async (_tool, args) => asked(args),
  };
  return { guest, journal: openJournal(guest) };
};

const folder = (t: TestContext, value: string): string => {
  const { root } = fixture(t, {}).guest;
  writeFileSync(`${root}/synctime`, value);
  return root;
};

test('told to stop where chrony keeps the clock, and to go on again by undo', { skip }, async t => {
  const host = folder(t, '1');
  assert.match(execFileSync(backdoor, [host, '--', REAL, 'timesync', 'status'], { encoding: 'utf8' }), /Enabled/);
  const { guest, journal } = machine(t, host, true);
  assert.equal((await timeSyncAction.check(step, guest)).state, 'pending');
  await timeSyncAction.apply(step, guest, journal);
  assert.equal(readFileSync(`${host}/synctime`, 'utf8'), '0');
  assert.deepEqual(await timeSyncAction.check(step, guest), { current: 'off', state: 'satisfied' });
  for (const entry of await journal.entries()) await timeSyncAction.undo(entry, guest, journal);
  assert.equal(readFileSync(`${host}/synctime`, 'utf8'), '1');
  assert.deepEqual(await journal.entries(), []);
});

test('without chrony the tools go on alone', { skip }, async t => {
  const { guest } = machine(t, folder(t, '1'), false);
  const standing = await timeSyncAction.check(step, guest);
  assert.equal('by' in standing && standing.by.code, 'time-sync-alone');
});

test('a host that does not answer in time: nobody knows how it stands, and what was done stays in the journal', async t => {
  const { guest, journal } = machine(t, null, true);
  const late: WritableGuest = { ...guest, query: () => Promise.reject(new Error('no answer within 5 s')) };
  await assert.rejects(timeSyncAction.check(step, late), /no answer/);
  await journal.around(step, { path: REAL, before: 'on', after: 'off' }, async () => undefined);
  const [entry] = await journal.entries();
  assert.ok(entry);
  await assert.rejects(timeSyncAction.undo(entry, late, journal), /no answer/);
  assert.equal((await journal.entries()).length, 1);
});

test('another hypervisor knows nothing of it: blocked, and undone with nobody told', async t => {
  const { guest, journal } = machine(t, null, true);
  const standing = await timeSyncAction.check(step, guest);
  assert.equal('by' in standing && standing.by.code, 'time-sync-unknown');
  await journal.around(step, { path: REAL, before: 'on', after: 'off' }, async () => undefined);
  for (const entry of await journal.entries()) await timeSyncAction.undo(entry, guest, journal);
  assert.deepEqual(await journal.entries(), []);
});
