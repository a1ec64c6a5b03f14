/** A boot that tunes: what comes up on the way, what is told, what is replayed, and what undo leaves. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import type { WritableGuest } from '../../src/guest/guest.ts';
import { openGuest } from '../../src/guest/open.ts';
import type { Log } from '../../src/log.ts';
import { boot } from '../../src/pass/boot.ts';
import { put } from '../kernel/machine.ts';
import { appliance, powerOn, statusOn } from './appliance.ts';

const silent: Log = () => {};
const because = 'reason: because, reference: "https://example.org/"';
const profile = `name: mine
sysfs:
  a/first: { value: 1, ${because} }
  b/second: { value: 1, ${because} }
  c/never: { value: 1, ${because} }
block:
  - { driver: [virtio_blk], scheduler: none, ${because} }
`;
const SECOND = '/sys/b/second';

/** Writing the first file makes the second appear, as loading a module does. */
const machine = (root: string): WritableGuest => {
  const guest = openGuest(root);
  return {
    ...guest,
    set: async (path, value) => {
      await guest.set(path, value);
      if (path === '/sys/a/first') put(root, SECOND, '0\n');
    },
  };
};

test('what an earlier step brings is applied in the same pass, and no Notice of it stays; the rest is told by name', async () => {
  const root = appliance();
  put(root, '/etc/enlighten/profiles.d/mine.yaml', profile);
  put(root, '/sys/a/first', '0\n');
  powerOn(root, 'b1', 'enlighten.profile=mine enlighten.kernel=keep');
  await boot(machine(root), { budgetMs: 60_000 }, silent);
  const guest = openGuest(root);
  assert.equal(await guest.text(SECOND), '1');
  const { notices, applied } = statusOn(root);
  const told = notices.filter(({ code }: { code: string }) => code === 'attribute-absent');
  assert.deepEqual(
    told.map(({ subject }: { subject: string }) => subject),
    ['sysfs:c/never'],
  );
  const ids: string[] = applied.map(({ id }: { id: string }) => id);
  for (const id of ['sysfs:a/first', 'sysfs:b/second', 'udev:block:scheduler']) assert.ok(ids.includes(id), id);
  assert.match(
    (await guest.text('/run/udev/rules.d/90-enlighten-block-scheduler.rules')) ?? '',
    /DRIVERS=="virtio_blk"/,
  );
});

const CONFIGURATION = '/etc/chrony/chrony.conf';
const STARTED = '/run/systemd/system/chrony.service.d/50-enlighten-clock.conf';
const CLOCK = 'enlighten.profile=mine enlighten.kernel=keep';

/** With chrony, and the host's clock for it. */
const withClock = (): string => {
  const root = appliance();
  const files = {
    '/etc/enlighten/profiles.d/mine.yaml': `${profile}clock:\n  - { ptp: host, options: poll 2, ${because} }\n`,
    '/usr/lib/systemd/system/chrony.service': '[Service]\nExecStart=/usr/sbin/chronyd\n',
    [CONFIGURATION]: 'pool example.org\n',
    '/sys/class/ptp/ptp0/clock_name': 'host\n',
    '/sys/a/first': '0\n',
    [SECOND]: '0\n',
  };
  for (const [path, content] of Object.entries(files)) put(root, path, content);
  return root;
};

/** A disk that gives an error for chrony's configuration, as long as this holds. */
const torn = (root: string, holds: () => boolean): WritableGuest => {
  const guest = openGuest(root);
  const error = new Error('Input/output error');
  return { ...guest, stat: path => (path === CONFIGURATION && holds() ? Promise.reject(error) : guest.stat(path)) };
};

const toldOf = (root: string, code: string): { subject: string; happened: string } =>
  statusOn(root).notices.find((notice: { code: string }) => notice.code === code);

test('what cannot be looked at is told and left alone, the rest is applied, and the next boot looks again', async () => {
  const root = withClock();
  const guest = openGuest(root);
  powerOn(root, 'b1', CLOCK);
  await boot(
    torn(root, () => true),
    { budgetMs: 60_000 },
    silent,
  );
  const told = toldOf(root, 'check-failed');
  assert.equal(told.subject, 'clock:chrony');
  assert.match(told.happened, /Input\/output error/);
  assert.deepEqual([await guest.text(SECOND), await guest.text(STARTED)], ['1', null]);
  powerOn(root, 'b2', CLOCK);
  await boot(guest, { budgetMs: 60_000 }, silent);
  assert.match((await guest.text(STARTED)) ?? '', /refclock PHC \/dev\/ptp0/);
});

test('what cannot be looked at once it is applied has failed, and is not taken for done', async () => {
  const root = withClock();
  powerOn(root, 'b1', CLOCK);
  await boot(
    torn(root, () => existsSync(root + STARTED)),
    { budgetMs: 60_000 },
    silent,
  );
  const told = toldOf(root, 'step-failed');
  assert.equal(told.subject, 'clock:chrony');
  assert.match(told.happened, /Input\/output error/);
});
