/** Files of ours below /run: udev rules, drop-ins of units, chrony's clock; and what ethtool sets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockAction } from '../../src/actions/clock.ts';
import { networkAction } from '../../src/actions/network.ts';
import { udevAction } from '../../src/actions/udev.ts';
import { unitsAction } from '../../src/actions/units.ts';
import type { Ran, WritableGuest } from '../../src/guest/guest.ts';
import type { ClockStep, NetworkStep, UdevStep, UnitsStep } from '../../src/profiles/step.ts';
import { openJournal } from '../../src/state/journal.ts';
import { fixture } from './kernel.ts';

const because = { reason: 'because', reference: 'https://example.org/', lasts: 'boot' as const };
const RULE = '/run/udev/rules.d/90-enlighten-block-scheduler.rules';
const rule: UdevStep = {
  ...{ id: 'udev:block:scheduler', kind: 'udev', attribute: 'queue/scheduler', path: RULE },
  ...{ content: 'ATTR{queue/scheduler}="none"\n', desired: 'none for virtio_blk', ...because },
};
const DROP_IN = '/run/systemd/system/shop.service.d/50-enlighten.conf';
const unit: UnitsStep = {
  ...{ id: 'units:shop.service', kind: 'units', unit: 'shop.service', path: DROP_IN },
  ...{ content: '[Service]\nCPUAffinity=0-3\nMemoryHigh=2G\n', desired: 'CPUAffinity=0-3 MemoryHigh=2G', ...because },
};
const SHIPPED = { '/usr/lib/systemd/system/shop.service': '[Service]\nExecStart=/bin/true\n' };

test('a rule for what is plugged in later is written, and gone after undo', async t => {
  const { guest, file } = fixture(t, {});
  const journal = openJournal(guest);
  assert.equal((await udevAction.check(rule, guest)).state, 'pending');
  await udevAction.apply(rule, guest, journal);
  assert.equal(file(RULE), rule.content);
  assert.equal((await udevAction.check(rule, guest)).state, 'satisfied');
  for (const entry of await journal.entries()) await udevAction.undo(entry, guest, journal);
  assert.equal(await guest.stat(RULE), null);
  assert.deepEqual(await journal.entries(), []);
});

test('an administrator’s rule for the same attribute wins, by name', async t => {
  const { guest } = fixture(t, { '/etc/udev/rules.d/60-io.rules': 'KERNEL=="sda", ATTR{queue/scheduler}="bfq"\n' });
  const standing = await udevAction.check(rule, guest);
  assert.ok(standing.state === 'overridden');
  assert.match(standing.by.happened, /60-io\.rules: KERNEL=="sda"/);
});

test('a unit’s drop-in: there, gone, without its unit, against the administrator’s', async t => {
  const { guest, file, put } = fixture(t, SHIPPED);
  const journal = openJournal(guest);
  await unitsAction.apply(unit, guest, journal);
  assert.equal(file(DROP_IN), unit.content);
  assert.equal((await unitsAction.check(unit, guest)).state, 'satisfied');
  for (const entry of await journal.entries()) await unitsAction.undo(entry, guest, journal);
  assert.equal(await guest.stat(DROP_IN), null);
  put('/etc/systemd/system/shop.service.d/mine.conf', '[Service]\nNice=5\n');
  assert.equal((await unitsAction.check(unit, guest)).state, 'pending');
  put('/etc/systemd/system/shop.service.d/mine.conf', '[Service]\nMemoryHigh=1G\n');
  const standing = await unitsAction.check(unit, guest);
  assert.ok(standing.state === 'overridden');
  assert.match(standing.by.happened, /shop\.service\.d\/mine\.conf: MemoryHigh=1G/);
  const { guest: empty } = fixture(t, {});
  const absent = await unitsAction.check(unit, empty);
  assert.ok(absent.state === 'blocked' && absent.by.code === 'unit-absent');
});

const clock: ClockStep = {
  ...{ id: 'clock:chrony', kind: 'clock', unit: 'chrony.service', ptp: 'KVM virtual PTP', options: 'poll 2' },
  ...{ desired: 'refclock PHC "KVM virtual PTP" poll 2', ...because },
};
/** As Debian's package has them. */
const chrony = {
  '/usr/lib/systemd/system/chrony.service':
    '[Service]\nType=forking\nEnvironmentFile=-/etc/default/chrony\nExecStart=!/usr/sbin/chronyd $DAEMON_OPTS\n',
  '/etc/default/chrony': '# Options to pass to chrony.\nDAEMON_OPTS="-F 1"\n',
  '/etc/chrony/chrony.conf': 'confdir /etc/chrony/conf.d\nmakestep 1 3\n',
};
const ptp = { '/sys/class/ptp/ptp0/clock_name': 'other\n', '/sys/class/ptp/ptp1/clock_name': 'KVM virtual PTP\n' };
const CLOCK = '/run/systemd/system/chrony.service.d/50-enlighten-clock.conf';

test('chronyd is started with the clock and its own configuration, for this boot only', async t => {
  const { guest, file } = fixture(t, { ...chrony, ...ptp });
  const journal = openJournal(guest);
  assert.equal((await clockAction.check(clock, guest)).state, 'pending');
  await clockAction.apply(clock, guest, journal);
  assert.match(
    file(CLOCK),
    /^\[Service\]\nExecStart=\nExecStart=!\/usr\/sbin\/chronyd \$DAEMON_OPTS "include \/etc\/chrony\/chrony\.conf" "refclock PHC \/dev\/ptp1 poll 2"$/m,
  );
  assert.equal((await clockAction.check(clock, guest)).state, 'satisfied');
  for (const entry of await journal.entries()) await clockAction.undo(entry, guest, journal);
  assert.equal(await guest.stat(CLOCK), null);
});

/** What else is there → the standing, and the Notice's code. */
const clocks: [string, Record<string, string>, string, string][] = [
  ['no such clock', { ...chrony, '/sys/class/ptp/ptp0/clock_name': 'other' }, 'blocked', 'clock-absent'],
  [
    'a configuration elsewhere',
    { ...chrony, ...ptp, '/etc/default/chrony': 'DAEMON_OPTS="-F 1 -f /srv/c.conf"\n' },
    'blocked',
    'clock-configured',
  ],
  [
    'a refclock of the administrator’s',
    { ...chrony, ...ptp, '/etc/chrony/conf.d/x.conf': 'refclock PHC /dev/ptp0 poll 3\n' },
    'overridden',
    'decided',
  ],
  [
    'another way of starting it',
    { ...chrony, ...ptp, '/etc/systemd/system/chrony.service.d/x.conf': '[Service]\nExecStart=\nExecStart=/bin/x\n' },
    'overridden',
    'decided',
  ],
];
for (const [what, files, state, code] of clocks) {
  test(`the clock with ${what}: ${state}`, async t => {
    const { guest } = fixture(t, files);
    const standing = await clockAction.check(clock, guest);
    assert.deepEqual([standing.state, 'by' in standing ? standing.by.code : ''], [state, code]);
  });
}

/** ethtool 6.1's own words, for a card with 4 channels of which one is used. */
const ethtool = (guest: WritableGuest) => {
  const now: Record<string, string> = { combined: '1', gro: 'on', lro: 'off' };
  const ran = (stdout: string): Ran => ({ exitCode: 0, stdout, stderr: '' });
  return {
    ...guest,
    query: async (tool: string) => {
      if (tool === 'interface-channels')
        return ran(
          `Channel parameters for eth0:\nPre-set maximums:\nRX:\t\tn/a\nCombined:\t4\nCurrent hardware settings:\nRX:\t\tn/a\nCombined:\t${now['combined']}\n`,
        );
      if (tool === 'interface-features')
        return ran(
          `Features for eth0:\ngeneric-receive-offload: ${now['gro']}\nlarge-receive-offload: ${now['lro']} [fixed]\n`,
        );
      return { exitCode: 76, stdout: '', stderr: 'netlink error: Operation not supported\n' };
    },
    run: async (_: string, [, word = '', value = '']: readonly string[]) => {
      now[word] = value;
      return ran('');
    },
    now,
  } as WritableGuest & { now: Record<string, string> };
};
const word = (attribute: NetworkStep['attribute'], desired: string): NetworkStep => ({
  ...{ id: `network:eth0:${attribute}`, kind: 'network', device: 'eth0', attribute, desired },
  ...{ path: '/sys/class/net/eth0', ...because },
});

test('ethtool: as many channels as there are, set, and given back; what is fixed or not known is blocked', async t => {
  const { guest: folder } = fixture(t, { '/sys/class/net/eth0/address': '52:54:00:12:34:56\n' });
  const guest = ethtool(folder);
  const journal = openJournal(guest);
  assert.deepEqual(await networkAction.check(word('channels', '64'), guest), { current: '1', state: 'pending' });
  await networkAction.apply(word('channels', '64'), guest, journal);
  assert.equal(guest.now['combined'], '4');
  assert.equal((await networkAction.check(word('channels', '64'), guest)).state, 'satisfied');
  for (const entry of await journal.entries()) await networkAction.undo(entry, guest, journal);
  assert.equal(guest.now['combined'], '1');
  assert.equal((await networkAction.check(word('gro', 'off'), guest)).state, 'pending');
  for (const [attribute, code] of [
    ['lro', 'attribute-read-only'],
    ['rx_ring', 'ethtool-missing'],
  ] as const) {
    const standing = await networkAction.check(word(attribute, attribute === 'lro' ? 'on' : '512'), guest);
    assert.ok(standing.state === 'blocked' && standing.by.code === code, attribute);
  }
});

test('without ethtool, and without the card, it is blocked by name', async t => {
  const { guest } = fixture(t, { '/sys/class/net/eth0/address': '' });
  const missing = await networkAction.check(word('channels', '2'), guest);
  assert.ok(missing.state === 'blocked' && missing.by.code === 'ethtool-missing');
  const { guest: empty } = fixture(t, {});
  const absent = await networkAction.check(word('channels', '2'), empty);
  assert.ok(absent.state === 'blocked' && absent.by.code === 'attribute-absent');
});
