/** Whatever others' files hold: a decision, none, or unknown; never an error, and in bounded processor time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decisionAbout } from '../../src/actions/decision.ts';
import { fixture } from './kernel.ts';

const SCHEDULER = { path: '/sys/block/vda/queue/scheduler' };
const HUGE = { path: '/sys/kernel/mm/transparent_hugepage/enabled' };
const SWAPPINESS = { sysctls: ['vm.swappiness'] };

const words = fc.constantFrom(
  ...[
    'ATTR{queue/scheduler}',
    '=',
    '==',
    ':=',
    '"none"',
    'KERNEL=="',
    '[',
    ']',
    '*',
    '?',
    '|',
    '"',
    ', ',
    '\n',
    '\\\n',
    '#',
  ],
  ...[
    '[main]',
    'include=',
    'a',
    'b',
    '[sysctl]',
    'vm.swappiness',
    '[disk]',
    'elevator',
    'type',
    'w ',
    '/sys/',
    ' - - -',
  ],
);

test('garbage in every file that is looked at', async t => {
  const { guest, put } = fixture(t, { '/run/tuned/tuned.pid': '1' });
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words, { maxLength: 40 }).map(parts => parts.join('')),
  );
  await fc.assert(
    fc.asyncProperty(text, text, text, async (rules, tmpfiles, tuned) => {
      put('/etc/udev/rules.d/60-x.rules', rules);
      put('/etc/tmpfiles.d/x.conf', tmpfiles);
      put('/etc/tuned/active_profile', 'a b');
      for (const profile of ['a', 'b']) put(`/etc/tuned/${profile}/tuned.conf`, tuned);
      for (const subject of [SCHEDULER, HUGE, SWAPPINESS]) {
        const found = await decisionAbout(guest, subject);
        assert.ok(found === null || 'line' in found || 'unknown' in found);
      }
    }),
    { numRuns: 60 },
  );
});

test('a pattern of many stars ends', async t => {
  const { guest } = fixture(t, {
    '/etc/udev/rules.d/60-x.rules': `KERNEL=="${'*a'.repeat(120)}", ATTR{queue/scheduler}="none"\n`.repeat(800),
    '/etc/tmpfiles.d/x.conf': `w /sys/${'*a'.repeat(100)} - - - - x\n`.repeat(900),
  });
  const began = process.cpuUsage();
  assert.equal(await decisionAbout(guest, SCHEDULER), null);
  const { user, system } = process.cpuUsage(began);
  assert.ok(user + system < 2_000_000, `${user + system} µs`);
});

test('tuned by section: sysctl, sysfs, and the plugins’ own words', async t => {
  const conf =
    '[sysctl]\nvm/swappiness=10\n[sysfs]\n/sys/kernel/mm/ksm/run=1\n[vm]\ndirty_bytes=5\n[net]\nelevator=x\n';
  const { guest } = fixture(t, {
    '/etc/tuned/active_profile': 'mine',
    '/etc/tuned/profiles/mine/tuned.conf': conf,
    '/run/tuned/tuned.pid': '1',
  });
  const line = async (subject: Parameters<typeof decisionAbout>[1]) => {
    const found = await decisionAbout(guest, subject);
    return found !== null && 'line' in found ? found.line.replace(/^.*: /, '') : null;
  };
  assert.equal(await line(SWAPPINESS), 'vm/swappiness=10');
  assert.equal(await line({ sysctls: ['vm.dirty_ratio', 'vm.dirty_bytes'] }), 'dirty_bytes=5');
  assert.equal(await line({ path: '/sys/kernel/mm/ksm/run' }), '/sys/kernel/mm/ksm/run=1');
  assert.equal(await line(SCHEDULER), null);
});
