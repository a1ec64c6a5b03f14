/**
 * The life of a trial as a table: state × event → state and effects. Everything else in this folder only finds out which
 * event happened, and carries out the effects. (design.md, "The trial")
 */

export const trialStates = ['none', 'armed', 'running', 'confirmed', 'settled', 'rolled-back'] as const;
export type TrialState = (typeof trialStates)[number];

const trialEvents = [
  'arm', // every proof held and the loader is about to be told
  'nonce-booted', // this boot carries the trial's nonce
  'not-started', // another boot, and the loader never spent the trial
  'spent-unseen', // another boot, the loader spent the trial, and the trial never reached us
  'other-boot', // another boot after the trial had reached us
  'checks-passed', // required checks passed after a quiet time, or a person confirmed
  'check-failed', // a required check failed
  'deadline', // the trial did not confirm in time
  'by-hand', // a person rolled it back
  'firmware-boot', // the confirmed kernel came up through the firmware and the loader, as the default
  'machine-changed', // this is a clone, a restored snapshot, or another machine
  'retry', // a person lifts the verdict
  'undone', // a person undoes the kernel step
] as const;
export type TrialEvent = (typeof trialEvents)[number];

/**
 * `disarm`: the loader forgets the trial · `promote`: the trial's kernel becomes the loader's default on this machine ·
 * `forget`: the loader forgets trial and confirmed kernel · `return`: reboot into the old kernel.
 * Owed effects are written down with the state before they are carried out, and carried out again after a power cut.
 */
export type Effect = 'disarm' | 'promote' | 'forget' | 'return';

export interface Transition {
  to: TrialState;
  effects: readonly Effect[];
}

const to = (state: TrialState, ...effects: Effect[]): Transition => ({ to: state, effects });

const FORGET = { 'machine-changed': to('none', 'forget'), undone: to('none', 'forget') };

/** What is not in the table cannot happen there, and changes nothing. */
const table: Record<TrialState, Partial<Record<TrialEvent, Transition>>> = {
  none: { arm: to('armed'), 'machine-changed': to('none', 'forget') },
  armed: {
    'nonce-booted': to('running'),
    'not-started': to('none', 'disarm'),
    'spent-unseen': to('rolled-back', 'disarm'),
    'by-hand': to('rolled-back', 'disarm'),
    ...FORGET,
  },
  running: {
    'checks-passed': to('confirmed', 'promote'),
    'check-failed': to('rolled-back', 'disarm', 'return'),
    deadline: to('rolled-back', 'disarm', 'return'),
    'by-hand': to('rolled-back', 'disarm', 'return'),
    'other-boot': to('rolled-back', 'disarm'),
    'machine-changed': to('none', 'forget'),
    undone: to('none', 'forget', 'return'),
  },
  confirmed: {
    arm: to('armed'),
    'firmware-boot': to('settled'),
    'by-hand': to('rolled-back', 'forget', 'return'),
    ...FORGET,
  },
  settled: { arm: to('armed'), 'by-hand': to('rolled-back', 'forget', 'return'), ...FORGET },
  'rolled-back': { arm: to('armed'), retry: to('none'), ...FORGET },
};

/** @returns null when the event means nothing in this state. */
export const transition = (state: TrialState, event: TrialEvent): Transition | null => table[state][event] ?? null;
