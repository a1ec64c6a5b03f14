/** When the agent reboots by itself: at most once into a trial, and never for what may wait. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusNow } from '../../src/commands/status.ts';
import { openGuest } from '../../src/guest/open.ts';
import { boot } from '../../src/pass/boot.ts';
import type { FullPass } from '../../src/pass/full.ts';
import { decideReboot } from '../../src/pass/reboot.ts';
import { withLock } from '../../src/state/lock.ts';
import { freshState, noTrial, type Trial } from '../../src/state/state.ts';
import { appliance, CLOUD, powerOn, rewrite, statusOn } from './appliance.ts';

const step = { id: 'kernel', kind: 'kernel', desired: '6', reason: '', reference: '', lasts: 'persistent' } as const;
const entry = { kernel: '/k', initrd: '/i', args: 'root=x' };

/** Only what the decision looks at. */
const passOf = (trial: Partial<Trial>, wish: string, when?: 'next-reboot'): FullPass => {
  const state = freshState({ product: null, root: null });
  const planned = {
    step: { ...step, ...(when === undefined ? {} : { when }) },
    standing: { current: null, state: 'pending' },
  };
  return {
    armed: true,
    state: { ...state, trial: { ...noTrial, state: 'armed', attempts: 1, entry, ...trial } },
    settings: { reboot: { value: wish, source: 'file' } },
    recorded: { plan: { profile: '', steps: [planned] } },
  } as unknown as FullPass;
};

const live = { ...openGuest('/'), live: true };
const decided = (pass: FullPass, count = 0) => {
  const reboots = { candidates: '6', count };
  return decideReboot({ ...pass, state: { ...pass.state, reboots } }, live);
};
const byKexec = { way: { by: 'kexec', because: '' } } as const;

test('once for one set of candidates; with never not at all', () => {
  assert.equal(decided(passOf({}, 'auto')).reboots, true);
  assert.equal(decided(passOf({}, 'auto'), 1).reboots, false);
  assert.equal(decided(passOf({}, 'never')).reboots, false);
});

test('an update waits for an ordinary reboot; kexec starts it at the boot after', () => {
  assert.equal(decided(passOf({}, 'auto', 'next-reboot')).reboots, false);
  assert.equal(decided(passOf({ attempts: 2 }, 'auto', 'next-reboot')).reboots, false);
  assert.equal(decided(passOf(byKexec, 'auto', 'next-reboot')).reboots, false);
  assert.equal(decided(passOf({ ...byKexec, attempts: 2 }, 'auto', 'next-reboot')).reboots, true);
});

test('where nothing keeps the kernel and the vendor says kexec, every boot starts it, and none is counted', () => {
  const { reboots, state } = decided(passOf({ ...byKexec, entry: null }, 'kexec'), 1);
  assert.deepEqual([reboots, state.reboots.count], [true, 1]);
});

test('a pass that announced the reboot and was ended before it: status does not say that the machine is rebooting', async () => {
  const root = appliance();
  const guest = openGuest(root);
  powerOn(root, 'boot-1');
  await boot(guest, { budgetMs: 60_000 }, () => {});
  const published = statusOn(root);
  // Only a live machine reboots; on a folder the pass ends without.
  const announced = { ...published, lastPass: { ...published.lastPass, outcome: 'rebooting' } };
  rewrite(root, '/run/enlighten/status.json', JSON.stringify(announced));

  const { lastPass, trial, notices } = await statusNow(guest);
  assert.deepEqual([lastPass?.outcome, trial.state, trial.kernel], ['failed', 'armed', CLOUD]);
  assert.match(notices.find(({ code }) => code === 'trial-reboot-failed')?.remedy ?? '', /Reboot when it suits you/);

  const atWork = await withLock(guest, 'boot', () => statusNow(guest));
  assert.equal(atWork.lastPass?.outcome, 'rebooting', 'while the pass still runs, it is');
  assert.ok(!atWork.notices.some(({ code }) => code === 'trial-reboot-failed'));
});
