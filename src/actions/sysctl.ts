/** A file of /proc/sys. Volatile: applied anew at each boot. */
import { EnlightenError } from '../errors.ts';
import type { Guest, WritableGuest } from '../guest/guest.ts';
import { actionNotice } from '../notices/actions.ts';
import type { SysctlStep } from '../profiles/step.ts';
import { counterpartOf, sysctlPath } from '../profiles/sysctl-name.ts';
import type { Entry } from '../state/journal.ts';
import type { Action } from './action.ts';
import { administratorsDecision } from './administrator.ts';
import { decided } from './attribute.ts';
import { decisionAbout } from './decision.ts';
import { isReadOnly, normalized, rawValue, setAndVerify } from './kernel-file.ts';

const holds = ({ desired, atLeast }: SysctlStep, current: string): boolean =>
  atLeast && /^\d+$/.test(current) ? BigInt(current) >= BigInt(desired) : normalized(desired) === current;

const valueFor = async (guest: Guest, name: string): Promise<string | null> => {
  const path = sysctlPath(name);
  return path === null ? null : rawValue(guest, path);
};

/**
 * What undo must restore. Where two sysctls share one limit, the one that reads 0 is not in force: then it is the other's value,
 * written `vm.dirty_ratio=20`.
 */
const previous = async (guest: Guest, name: string, value: string): Promise<string> => {
  const other = counterpartOf(name);
  const others = other === null || normalized(value) !== '0' ? null : await valueFor(guest, other);
  return others === null ? value : `${other}=${others}`;
};

/** Restores a limit by way of its other sysctl; the kernel then lets ours read 0 again. */
const restoreCounterpart = async (guest: WritableGuest, entry: Entry, other: string): Promise<void> => {
  const path = sysctlPath(other);
  const value = entry.before.slice(other.length + 1);
  if (path === null) return;
  // The kernel switches over only when the number changes (mm/page-writeback.c), and it reads 0 while ours is in force.
  if (normalized(value) === '0') await guest.set(path, '1');
  await setAndVerify(guest, path, value, () => rawValue(guest, path));
  if (normalized((await rawValue(guest, entry.path)) ?? '0') === '0') return;
  await setAndVerify(guest, entry.path, '0', () => rawValue(guest, entry.path));
};

export const sysctlAction: Action<SysctlStep> = {
  async check(step, guest) {
    const raw = await valueFor(guest, step.name);
    if (raw === null) {
      return {
        current: null,
        state: 'blocked',
        by: actionNotice('sysctl-absent', step.id, `/proc/sys file ${step.name}`),
      };
    }
    const current = normalized(raw);
    if (holds(step, current)) return { current, state: 'satisfied' };
    const names = [step.name, counterpartOf(step.name)].filter(name => name !== null);
    const decision = await administratorsDecision(guest, names);
    if (decision === null) {
      if (await isReadOnly(guest, sysctlPath(step.name) ?? '')) {
        return { current, state: 'blocked', by: actionNotice('attribute-read-only', step.id, step.name) };
      }
      return decided(step.id, current, await decisionAbout(guest, { sysctls: names })) ?? { current, state: 'pending' };
    }
    if ('unknown' in decision) {
      return { current, state: 'blocked', by: actionNotice('sysctl-undecided', step.id, decision.unknown) };
    }
    const agrees = decision.name === step.name && holds(step, normalized(decision.value));
    if (agrees) return { current, state: 'pending' };
    const line = `${decision.file}: ${decision.name} = ${decision.value}`;
    return { current, state: 'overridden', by: actionNotice('sysctl-administrator', step.id, line) };
  },

  async apply(step, guest, journal) {
    const path = sysctlPath(step.name);
    const value = path === null ? null : await rawValue(guest, path);
    if (path === null || value === null) {
      throw new EnlightenError('unwritable', {
        tried: 'set',
        on: step.name,
        happened: 'the kernel has no such sysctl',
      });
    }
    const before = await previous(guest, step.name, value);
    await journal.around(step, { path, before, after: step.desired }, () =>
      setAndVerify(guest, path, step.desired, () => rawValue(guest, path)),
    );
  },

  async undo(entry, guest, journal) {
    const other = counterpartOf(entry.id.slice('sysctl:'.length));
    // What vanished took its value with it: a network interface, a kernel module.
    if ((await guest.stat(entry.path)) !== null) {
      if (other !== null && entry.before.startsWith(`${other}=`)) await restoreCounterpart(guest, entry, other);
      else await setAndVerify(guest, entry.path, entry.before, () => rawValue(guest, entry.path));
    }
    await journal.undone(entry);
  },
};
