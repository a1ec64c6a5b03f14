/** Files of /sys: what is offered, what is fixed, who else decides, and what the kernel will not hold. */
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { attributeAction } from '../../src/actions/attribute.ts';
import type { BlockStep, NetworkStep, SysfsStep } from '../../src/profiles/step.ts';
import { openJournal } from '../../src/state/journal.ts';
import { fixture } from './kernel.ts';

const because = { reason: 'because', reference: 'https://example.org/', lasts: 'boot' as const };
const step = (path: string, desired: string): SysfsStep => ({
  ...{ id: `sysfs:${path}`, kind: 'sysfs', path: `/sys/${path}`, desired, ...because },
});
const queue = (device: string, desired = 'none'): BlockStep => ({
  ...{ id: `block:${device}:scheduler`, kind: 'block', device, attribute: 'scheduler', desired },
  ...{ path: `/sys/block/${device}/queue/scheduler`, ...because },
});

const HUGE = 'kernel/mm/transparent_hugepage/enabled';
const CLOCK = 'devices/system/clocksource/clocksource0/current_clocksource';

test('huge pages: the word in brackets, set, and given back', async t => {
  const { guest, file } = fixture(t, { [`/sys/${HUGE}`]: '[always] madvise never\n' });
  const journal = openJournal(guest);
  assert.deepEqual(await attributeAction.check(step(HUGE, 'madvise'), guest), { current: 'always', state: 'pending' });
  await attributeAction.apply(step(HUGE, 'madvise'), guest, journal);
  assert.equal((await attributeAction.check(step(HUGE, 'madvise'), guest)).state, 'satisfied');
  for (const entry of await journal.entries()) await attributeAction.undo(entry, guest, journal);
  assert.equal(file(`/sys/${HUGE}`), '[always] madvise never\n');
});

test('a value the kernel does not list is blocked, by what it lists: in brackets or in the neighbouring file', async t => {
  const { guest } = fixture(t, {
    [`/sys/${HUGE}`]: '[always] madvise never\n',
    [`/sys/${CLOCK}`]: 'tsc\n',
    '/sys/devices/system/clocksource/clocksource0/available_clocksource': 'tsc acpi_pm \n',
  });
  for (const [path, says] of [
    [HUGE, /offers always, madvise, never/],
    [CLOCK, /offers tsc, acpi_pm/],
  ] as const) {
    const standing = await attributeAction.check(step(path, 'kvm-clock'), guest);
    assert.ok(standing.state === 'blocked' && standing.by.code === 'attribute-not-offered', path);
    assert.match(standing.by.happened, says);
  }
});

test('masks of processors are equal however many words they are printed in', async t => {
  const path = '/sys/class/net/eth0/queues/rx-0/rps_cpus';
  const { guest, file } = fixture(t, { [path]: '00000000,00000003\n' });
  const mask = (desired: string): NetworkStep => ({
    ...{ id: 'network:eth0:rx-0:rps_cpus', kind: 'network', device: 'eth0', attribute: 'rps_cpus', desired, path },
    ...because,
  });
  assert.equal((await attributeAction.check(mask('3'), guest)).state, 'satisfied');
  const journal = openJournal(guest);
  await attributeAction.apply(mask('f'), guest, journal);
  assert.equal(file(path), 'f\n');
  for (const entry of await journal.entries()) await attributeAction.undo(entry, guest, journal);
  assert.equal(file(path), '3\n');
});

test('a file that nobody may write is blocked', async t => {
  const { guest } = fixture(t, { '/sys/module/haltpoll/parameters/force': 'N\n' });
  chmodSync(join(guest.root, '/sys/module/haltpoll/parameters/force'), 0o444);
  const standing = await attributeAction.check(step('module/haltpoll/parameters/force', 'Y'), guest);
  assert.ok(standing.state === 'blocked' && standing.by.code === 'attribute-read-only');
});

test('what the kernel makes something else of is no success, and what held before holds again', async t => {
  const path = '/sys/block/vda/queue/read_ahead_kb';
  const { guest, file, put } = fixture(t, { [path]: '128\n' });
  const clamping = { ...guest, set: async (at: string, value: string) => put(at, `${Math.min(Number(value), 512)}\n`) };
  await assert.rejects(
    attributeAction.apply(step('block/vda/queue/read_ahead_kb', '4096'), clamping, openJournal(guest)),
    {
      code: 'unwritable',
    },
  );
  assert.equal(file(path), '128\n');
});

const VIRTUAL_GUEST = '[main]\ninclude=throughput-performance\n[sysctl]\nvm.dirty_ratio = 30\n';
const THROUGHPUT = '# x\n[disk]\nreadahead=>4096\n[mine]\ntype=disk\nelevator=bfq\n[vm]\ntransparent_hugepages=never\n';
const tuned = {
  '/etc/tuned/active_profile': 'virtual-guest\n',
  '/usr/lib/tuned/virtual-guest/tuned.conf': VIRTUAL_GUEST,
  '/usr/lib/tuned/throughput-performance/tuned.conf': THROUGHPUT,
};

/** File → content, and what the check says of `none` for vda and `madvise` for huge pages. */
const others: [string, Record<string, string>, string, string][] = [
  ['nobody', {}, 'pending', 'pending'],
  [
    'a rule for it',
    { '/etc/udev/rules.d/60-io.rules': 'KERNEL=="vd[a-z]", ATTR{queue/scheduler}="bfq"' },
    'overridden',
    'pending',
  ],
  [
    'a rule for any',
    { '/etc/udev/rules.d/60-io.rules': 'ACTION=="add", \\\n  ATTR{queue/scheduler}:="bfq"\n' },
    'overridden',
    'pending',
  ],
  [
    'a rule for others',
    { '/etc/udev/rules.d/60-io.rules': 'KERNEL=="sd*|nvme*", ATTR{queue/scheduler}="bfq"' },
    'pending',
    'pending',
  ],
  [
    'a rule that only looks',
    { '/etc/udev/rules.d/60-io.rules': 'ATTR{queue/scheduler}=="bfq", RUN+="x"' },
    'pending',
    'pending',
  ],
  [
    'a comment',
    { '/etc/udev/rules.d/60-io.rules': '#KERNEL=="vda", ATTR{queue/scheduler}="bfq"' },
    'pending',
    'pending',
  ],
  [
    'our own rule',
    { '/run/udev/rules.d/90-enlighten-block-scheduler.rules': 'ATTR{queue/scheduler}="none"' },
    'pending',
    'pending',
  ],
  ['tmpfiles.d', { '/etc/tmpfiles.d/thp.conf': `w /sys/${HUGE} - - - - never` }, 'pending', 'overridden'],
  ['tuned, running', { ...tuned, '/run/tuned/tuned.pid': '1' }, 'overridden', 'overridden'],
  ['tuned, neither running nor enabled', tuned, 'pending', 'pending'],
  [
    'tuned without those lines',
    { ...tuned, '/run/tuned/tuned.pid': '1', '/etc/tuned/virtual-guest/tuned.conf': '[main]\n' },
    'pending',
    'pending',
  ],
  [
    'profiles that include each other',
    {
      '/etc/tuned/active_profile': 'a',
      '/etc/tuned/a/tuned.conf': '[main]\ninclude=a,b',
      '/etc/tuned/b/tuned.conf': '[main]\ninclude=a',
      '/run/tuned/tuned.pid': '',
    },
    'pending',
    'pending',
  ],
  [
    'a profile that leads elsewhere',
    { '/etc/tuned/active_profile': '../../x', '/run/tuned/tuned.pid': '1' },
    'pending',
    'pending',
  ],
  ['a file too large to know', { '/etc/udev/rules.d/60-io.rules': '#'.repeat(300_000) }, 'blocked', 'pending'],
];
for (const [what, files, disk, huge] of others) {
  test(`decided by ${what}: disk ${disk}, huge pages ${huge}`, async t => {
    const { guest } = fixture(t, {
      ...files,
      '/sys/block/vda/queue/scheduler': '[mq-deadline] none\n',
      [`/sys/${HUGE}`]: '[always] madvise never\n',
    });
    assert.equal((await attributeAction.check(queue('vda'), guest)).state, disk);
    const standing = await attributeAction.check(step(HUGE, 'madvise'), guest);
    assert.equal(standing.state, huge);
    if (standing.state === 'overridden') assert.match(standing.by.happened, /tmpfiles\.d|throughput-performance/);
  });
}
