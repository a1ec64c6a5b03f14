/** The full pass: observe, plan, act. Loaded only when something has changed. */
import type { KernelWing } from '../actions/kernel/wing.ts';
import { type Actions, actionFor, actionsWith } from '../actions/registry.ts';
import { EnlightenError, saying } from '../errors.ts';
import { gather } from '../facts/gather.ts';
import { smbiosStrings } from '../facts/machine.ts';
import type { WritableGuest } from '../guest/guest.ts';
import type { BootLoader } from '../kernel/bootloaders/bootloader.ts';
import type { Log } from '../log.ts';
import { inOneLine, type Notice } from '../notices/notice.ts';
import { passNotice } from '../notices/pass.ts';
import type { Environment } from '../ovfenv/environment.ts';
import { environmentInForce, type InForce } from '../ovfenv/inforce.ts';
import { writeLast } from '../ovfenv/last.ts';
import { planFor } from '../profiles/plan-for.ts';
import type { Standing, Step, StepKind } from '../profiles/step.ts';
import { gatherResources } from '../resources/gather.ts';
import { askHypervisor } from '../resources/hypervisor.ts';
import type { Told } from '../resources/resource.ts';
import { gatherSettings } from '../settings/gather.ts';
import type { Settings } from '../settings/settings.ts';
import { openJournal } from '../state/journal.ts';
import type { PlannedStep, RecordedPass, State } from '../state/state.ts';
import { planTemplates } from '../templates/steps.ts';
import { templateView, type View } from '../templates/view.ts';
import { AFTER_BOOT } from './after-boot.ts';
import { leaveBehind } from './elsewhere.ts';
import type { Look } from './look.ts';
import { nothingMoves, planMoving, rememberCards, waitsForNames } from './moving.ts';
import { hasSeenEnough, outcomeOf, whyNotEnforced } from './outcome.ts';
import { scrub } from './scrub.ts';

export interface PassInput {
  look: Look;
  loader: BootLoader;
  state: State;
  /** Why no kernel may be tried, whatever the plan says: a broken or newer state file. */
  frozen: Notice | null;
  /** What came before: a trial that ended, a state that was unreadable. */
  notices: readonly Notice[];
  deadline: number;
  /** Steps a person asks for; null: all kinds. */
  only: readonly StepKind[] | null;
  /** A person asked: then a mode nobody chose does not stand in the way. */
  byHand: boolean;
  /** False: check and report, change nothing, whatever the mode. */
  mayChange: boolean;
  /** Asked when the plan stands; false: something has to be done first, and nothing of it is applied. */
  ready?: (planned: readonly PlannedStep[]) => Promise<boolean>;
}

/** One set of actions for one pass: what the kernel's check proved, its apply need not prove again. */
interface Acting {
  wing: KernelWing;
  actions: Actions;
}

export interface Observed extends Acting {
  environment: Environment | null;
  toStore: InForce['toStore'];
  settings: Settings;
  profile: string;
  planned: PlannedStep[];
  /** What the hypervisor says of the guest's share. */
  told: Told[];
  notices: Notice[];
}

const standingOf = async ({ actions, wing }: Acting, step: Step, guest: WritableGuest): Promise<Standing> => {
  const action = actionFor(actions, step.kind);
  if (action === null)
    throw new EnlightenError('none', { tried: 'check', on: step.id, happened: 'no action is known' });
  const standing = await action.check(step, guest);
  const held = wing.state.held.includes(step.id);
  return held && standing.state === 'pending' ? { current: standing.current, state: 'held' } : standing;
};

/** A program that does not answer in time, a file that cannot be read: that step is blocked, and the pass goes on with the others. */
const standingOrBlocked = async (acting: Acting, step: Step, guest: WritableGuest): Promise<Standing> => {
  try {
    return await standingOf(acting, step, guest);
  } catch (error) {
    return { current: null, state: 'blocked', by: passNotice('check-failed', step.id, saying(error)) };
  }
};

/** enlighten.mode=off: not even a plan is made. */
const nothingPlanned = { plan: { profile: '', steps: [], notices: [] }, notices: [] };
/** Facts and settings, and the actions they allow: what planning stands on. */
interface Ground extends Acting {
  inForce: InForce;
  settings: Settings;
  view: View;
  told: Told[];
  notices: Notice[];
}

const ground = async (guest: WritableGuest, { look, loader, state, frozen, deadline }: PassInput): Promise<Ground> => {
  const inForce = await environmentInForce(guest, look.environment);
  const { settings, notices } = await gatherSettings(guest, inForce.environment, look.sealed);
  const facts = await gather(guest, look.detection, inForce.environment, { loader, trial: state.trial });
  const { manufacturer, product } = await smbiosStrings(guest);
  const maker = { manufacturer: manufacturer ?? '', product: product ?? '' };
  const reboot = settings.reboot.value;
  const wing: KernelWing = { loader, reboot, seen: look.seen, facts, frozen, state, maker, deadline };
  const hypervisor = await askHypervisor({ guest, detection: look.detection, viewpoint: 'services' });
  const share = await gatherResources(guest, look.detection, 'services', hypervisor);
  const view = templateView(facts, inForce.environment, share);
  const { told } = hypervisor;
  return {
    wing,
    actions: actionsWith(wing, view),
    inForce,
    settings,
    view,
    told,
    notices: [...notices, ...share.notices],
  };
};

/** Everything from the ground up to the plan and its standings. Changes nothing. */
const observeFrom = async (guest: WritableGuest, input: PassInput, from: Ground): Promise<Observed> => {
  const { wing, actions, inForce, settings } = from;
  const off = settings.mode.value === 'off';
  const { plan, notices: planNotices } = off ? nothingPlanned : await planFor(guest, wing.facts, settings);
  const moving = off ? nothingMoves : await planMoving(guest, inForce.environment, input.state);
  const templates = off ? nothingPlanned.plan : await planTemplates(guest, from.view);
  wing.frozen ??= waitsForNames(moving.steps, input.state);
  const planned: PlannedStep[] = [];
  for (const step of [...moving.steps, ...plan.steps, ...templates.steps]) {
    planned.push({ step, standing: await standingOrBlocked({ wing, actions }, step, guest) });
  }
  const blocked = planned.flatMap(({ standing }) => ('by' in standing ? [standing.by] : []));
  const notices = [
    ...input.notices,
    ...inForce.notices,
    ...(inForce.environment?.notices ?? []),
    ...from.notices,
    ...moving.notices,
    ...planNotices,
    ...plan.notices,
    ...templates.notices,
    ...blocked,
  ];
  const { environment, toStore } = inForce;
  return { wing, actions, environment, toStore, settings, profile: plan.profile, planned, told: from.told, notices };
};

/** Everything up to the plan and its standings. Changes nothing. */
export const observe = async (guest: WritableGuest, input: PassInput): Promise<Observed> =>
  observeFrom(guest, input, await ground(guest, input));

/** Applies one pending step. A failure is a Notice: the rest is applied all the same, and the journal knows what was begun. */
const act = async (guest: WritableGuest, acting: Acting, planned: PlannedStep): Promise<Notice | null> => {
  const action = actionFor(acting.actions, planned.step.kind);
  try {
    await action?.apply(planned.step, guest, openJournal(guest));
    planned.standing = await standingOf(acting, planned.step, guest);
    return null;
  } catch (error) {
    return passNotice('step-failed', planned.step.id, saying(error));
  }
};

/** What blocked a volatile step may be gone with the steps before it: a module brings the files of sysctls, and clocks. */
const lookAgain = async (guest: WritableGuest, observed: Observed, planned: PlannedStep): Promise<void> => {
  const { step, standing } = planned;
  if (standing.state !== 'blocked' || step.lasts !== 'boot') return;
  planned.standing = await standingOrBlocked(observed, step, guest);
  if (planned.standing.state === 'blocked') return;
  observed.notices = observed.notices.filter(notice => notice !== standing.by);
};

const wanted = ({ standing, step }: PlannedStep, { only, byHand }: PassInput): boolean =>
  standing.state === 'pending' &&
  (only === null || only.includes(step.kind)) &&
  (byHand || !AFTER_BOOT.includes(step.kind));

export interface FullPass {
  state: State;
  recorded: RecordedPass;
  environment: Environment | null;
  settings: Settings;
  /** A trial was armed by this very pass. */
  armed: boolean;
}

/** Observe, then apply what is pending: the kernel first, for where it reboots the rest comes after the trial. */
export const fullPass = async (guest: WritableGuest, input: PassInput, log: Log): Promise<FullPass> => {
  const began = guest.clock.monotonic();
  const { look } = input;
  const from = await ground(guest, input);
  const { value: mode, source } = from.settings.mode;
  const enforced = input.mayChange && (mode === 'enforce' || (input.byHand && source === 'default'));
  if (enforced) from.notices.push(...(await leaveBehind(guest, from.actions, input.state, look)));
  const observed = await observeFrom(guest, input, from);
  const { wing, planned, settings, environment, toStore } = observed;
  if (toStore !== null && input.mayChange) await writeLast(guest, toStore.environment, toStore.sha256);
  const failures: Notice[] = [];
  const ready = (await input.ready?.(planned)) ?? true;
  for (const one of enforced && ready ? planned : []) {
    await lookAgain(guest, observed, one);
    if (!wanted(one, input)) continue;
    const failure = await act(guest, observed, one);
    if (failure !== null) failures.push(failure);
  }
  const scrubbed = await scrub(guest, {
    asked: enforced && input.only === null && settings.scrub.value && environment?.stale === false,
    found: look.environment.found,
    before: input.state.pass?.scrubbed === true,
  });
  const { notices } = observed;
  notices.push(...scrubbed.notices);
  if (!enforced) notices.push(passNotice('plan-only', 'enlighten.mode', whyNotEnforced(settings, look.sealed)));
  const all = [...notices, ...failures];
  for (const notice of all) log('warning', inOneLine(notice));
  const { state: trialState, armedBoot, nonce } = wing.state.trial;
  // The loader has the last word: arming may have failed before it was told.
  const told = trialState === 'armed' && (await wing.loader.state(guest)).nonce === nonce;
  const armed = told && armedBoot === look.seen.bootId;
  const recorded: RecordedPass = {
    fingerprint: hasSeenEnough(all) ? look.fingerprint : '',
    at: guest.clock.now(),
    durationMs: Math.round(guest.clock.monotonic() - began),
    outcome: outcomeOf(enforced, planned, failures),
    detection: look.detection,
    plan: { profile: observed.profile, steps: planned },
    enforced,
    scrubbed: scrubbed.gone,
    told: observed.told,
    notices: all,
  };
  const interfaces =
    mode === 'off' ? (wing.state.interfaces ?? []) : await rememberCards(guest, environment, input.state);
  const { foreign, ...kept } = wing.state;
  const state: State = { ...kept, ...(enforced ? {} : { foreign }), interfaces };
  return { state, recorded, environment, settings, armed };
};
