/** A power cut before any write of any event: the next boot's judge and debts lead to where state and boot loader agree. */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { WritableGuest } from '../../../src/guest/guest.ts';
import { openGuest } from '../../../src/guest/open.ts';
import { grub } from '../../../src/kernel/bootloaders/grub/grub.ts';
import { advance, settleDebts, startAnew } from '../../../src/kernel/trial/advance.ts';
import { arm } from '../../../src/kernel/trial/arm.ts';
import { type BootSeen, judge } from '../../../src/kernel/trial/judge.ts';
import type { TrialEvent } from '../../../src/kernel/trial/table.ts';
import { openJournal } from '../../../src/state/journal.ts';
import { freshState, readState, type State, writeState } from '../../../src/state/state.ts';
import { folderWith } from '../../detect/folder.ts';
import { CLOUD, MAKER, machine, plainArgs, UNIVERSAL } from '../bootloaders/grub/machine.ts';

const identity = { product: 'p', root: 'r' };
const entry = { kernel: `/boot/vmlinuz-${CLOUD}`, initrd: `/boot/initrd.img-${CLOUD}`, args: plainArgs };
const step = {
  ...({ id: 'kernel', kind: 'kernel', lasts: 'persistent' } as const),
  ...{ desired: CLOUD, reason: 'r', reference: 'https://example.org' },
};
const arming = {
  ...{ step, entry, maker: MAKER, hypervisor: 'kvm', previous: UNIVERSAL, bootId: 'b1', initramfs: null },
  baseline: { nics: [], root: 'r' },
};

class PowerCut extends Error {}

/** The same guest, whose power is cut before its k-th write, counted from 0. */
const dying = (guest: WritableGuest, k: number): WritableGuest => {
  let left = k;
  const writes = new Set(['replace', 'append', 'set', 'overwrite', 'remove', 'create']);
  return new Proxy(guest, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function' || !writes.has(String(name))) return member;
      return async (...args: unknown[]) => {
        if (left === 0) throw new PowerCut();
        left -= 1;
        return Reflect.apply(member, target, args);
      };
    },
  });
};

const stateOf = async (guest: WritableGuest): Promise<State> => (await readState(guest, identity)).state;

const armOn = async (guest: WritableGuest): Promise<void> =>
  arm(guest, grub, openJournal(guest), { state: await stateOf(guest) }, arming);

const advanceOn = async (guest: WritableGuest, event: TrialEvent, runningBoot = 'b2'): Promise<void> => {
  const trial = event === 'nonce-booted' ? { trial: { runningBoot } } : {};
  await advance(guest, grub, await stateOf(guest), { event, cause: null, hypervisor: 'kvm', ...trial });
};

/** What a boot sees: GRUB spends an armed trial and starts it, unless `other` kernel was chosen. */
const nextBoot = async (guest: WritableGuest, bootId: string, other = false): Promise<BootSeen> => {
  const before = await grub.state(guest);
  const starts = before.trial === 'armed' && !other;
  if (starts) {
    const block = await guest.read('/boot/grub/grubenv');
    const spent = block?.toString('latin1').replace('enlighten_state=armed', 'enlighten_state=spent') ?? '';
    await guest.overwrite('/boot/grub/grubenv', Buffer.from(spent, 'latin1'));
  }
  const proven = (await grub.effectiveDefault(guest, MAKER)) === entry.kernel;
  return {
    ...{ bootId, machine: identity, loader: await grub.state(guest), entry: null, initrds: [], commandLine: '' },
    ...{ nonce: starts ? before.nonce : null, release: starts || proven ? CLOUD : UNIVERSAL },
  };
};

const judgeOn = async (guest: WritableGuest, seen: BootSeen): Promise<void> => {
  const state = await stateOf(guest);
  const verdict = judge(state, seen);
  if (verdict === null) await settleDebts(guest, grub, state);
  else if (verdict.event === 'machine-changed') await startAnew(guest, grub, seen);
  else await advanceOn(guest, verdict.event, seen.bootId);
};

const consistent = async (guest: WritableGuest, when: string): Promise<void> => {
  const { trial, owed } = await stateOf(guest);
  const loader = await grub.state(guest);
  assert.deepEqual(owed, [], when);
  const kept = ['confirmed', 'settled'].includes(trial.state);
  assert.equal(loader.proven, kept ? entry.kernel : null, `${when}: ${trial.state}, proven ${loader.proven}`);
  if (trial.state !== 'running') assert.equal(loader.trial, null, `${when}: ${trial.state}, ${loader.trial}`);
  const open = (await openJournal(guest).entries()).some(({ id }) => id === 'kernel');
  if (loader.proven !== null) assert.ok(open, `${when}: what boots can be undone`);
};

/** Each history: what was done in peace, then the act during which the power is cut. */
const lives: Record<string, { before: TrialEvent[]; act: (guest: WritableGuest) => Promise<void> }> = {
  arming: { before: [], act: armOn },
  'the trial reaches us': { before: ['arm'], act: async guest => judgeOn(guest, await nextBoot(guest, 'b2')) },
  'the trial never started': { before: ['arm'], act: async guest => judgeOn(guest, await nextBoot(guest, 'b2', true)) },
  confirming: { before: ['arm', 'nonce-booted'], act: guest => advanceOn(guest, 'checks-passed') },
  'a failed check': { before: ['arm', 'nonce-booted'], act: guest => advanceOn(guest, 'check-failed') },
  'the deadline': { before: ['arm', 'nonce-booted'], act: guest => advanceOn(guest, 'deadline') },
  'a reset during the trial': {
    before: ['arm', 'nonce-booted'],
    act: async guest => judgeOn(guest, await nextBoot(guest, 'b3')),
  },
  'a rollback by hand': {
    before: ['arm', 'nonce-booted', 'checks-passed'],
    act: guest => advanceOn(guest, 'by-hand'),
  },
  'undo of a confirmed kernel': {
    before: ['arm', 'nonce-booted', 'checks-passed'],
    act: guest => advanceOn(guest, 'undone'),
  },
  'a clone of a confirmed machine': {
    before: ['arm', 'nonce-booted', 'checks-passed'],
    act: async guest => judgeOn(guest, { ...(await nextBoot(guest, 'b4')), machine: { product: 'clone', root: 'r' } }),
  },
};

const prepared = async (t: TestContext, before: TrialEvent[]): Promise<string> => {
  const root = folderWith(t, machine());
  const guest = openGuest(root);
  await writeState(guest, freshState(identity));
  for (const event of before) {
    if (event === 'arm') await armOn(guest);
    else if (event === 'nonce-booted') await judgeOn(guest, await nextBoot(guest, 'b2'));
    else await advanceOn(guest, event);
  }
  return root;
};

for (const [name, { before, act }] of Object.entries(lives)) {
  test(`${name}: cut before every write`, async t => {
    const root = await prepared(t, before);
    for (let k = 0; ; k += 1) {
      assert.ok(k < 20, 'it comes to an end');
      const copy = folderWith(t, {});
      cpSync(root, copy, { recursive: true });
      const guest = openGuest(copy);
      const whole = await act(dying(guest, k)).then(
        () => true,
        (error: unknown) => {
          if (error instanceof PowerCut) return false;
          throw error;
        },
      );
      if (!whole || name !== 'arming') await judgeOn(guest, await nextBoot(guest, `b9-${k}`));
      else await judgeOn(guest, await nextBoot(guest, 'b2'));
      await consistent(guest, `cut before write ${k}`);
      // And one more boot changes nothing of it.
      if ((await stateOf(guest)).trial.state !== 'running') await judgeOn(guest, await nextBoot(guest, `b10-${k}`));
      await consistent(guest, `the boot after the cut before write ${k}`);
      if (whole) break;
    }
  });
}

test('the whole life in peace: armed, running, confirmed, settled', async t => {
  const guest = openGuest(await prepared(t, ['arm']));
  const states: string[] = [(await stateOf(guest)).trial.state];
  await judgeOn(guest, await nextBoot(guest, 'b2'));
  states.push((await stateOf(guest)).trial.state);
  await advanceOn(guest, 'checks-passed');
  states.push((await stateOf(guest)).trial.state);
  await judgeOn(guest, await nextBoot(guest, 'b3'));
  states.push((await stateOf(guest)).trial.state);
  assert.deepEqual(states, ['armed', 'running', 'confirmed', 'settled']);
  assert.equal(await grub.effectiveDefault(guest, MAKER), entry.kernel);
});

test('a verdict names release and hypervisor, and every state has a higher number', async t => {
  const guest = openGuest(await prepared(t, ['arm', 'nonce-booted', 'check-failed']));
  const { verdicts, seq, trial } = await stateOf(guest);
  assert.deepEqual(
    verdicts.map(({ release, hypervisor }) => [release, hypervisor]),
    [[CLOUD, 'kvm']],
  );
  assert.ok(seq >= 5);
  assert.equal(trial.state, 'rolled-back');
});

test('a newer kernel that fails leaves the confirmed one where it is', async t => {
  const guest = openGuest(await prepared(t, ['arm', 'nonce-booted', 'checks-passed']));
  const wing = { state: await stateOf(guest) };
  const newer = { ...entry, kernel: '/boot/vmlinuz-7' };
  await arm(guest, grub, openJournal(guest), wing, { ...arming, step: { ...step, desired: '7' }, entry: newer });
  await advanceOn(guest, 'spent-unseen');
  assert.equal((await stateOf(guest)).trial.state, 'rolled-back');
  assert.equal((await grub.state(guest)).proven, entry.kernel);
});
