import { profileNotice } from '../notices/profiles.ts';
import type { Settings } from '../settings/settings.ts';
import type { Planned } from './planned.ts';
import type { Profile, SysctlLine } from './schema.ts';
import type { SysctlStep } from './step.ts';
import { counterpartOf, dotted, sysctlPath } from './sysctl-name.ts';
import { setBy } from './wish.ts';

/** Where the kernel documents /proc/sys/<first part of the name>. */
const documented = new Map(['abi', 'fs', 'kernel', 'net', 'sunrpc', 'user', 'vm'].map(area => [area, `${area}.html`]));
const referenceOf = (name: string): string =>
  `https://docs.kernel.org/admin-guide/sysctl/${documented.get(name.split('.')[0] ?? '') ?? 'index.html'}`;

type Wanted = Omit<SysctlStep, 'id' | 'kind' | 'lasts'>;

const stepOf = (wanted: Wanted): SysctlStep => ({
  id: `sysctl:${wanted.name}`,
  kind: 'sysctl',
  lasts: 'boot',
  ...wanted,
});

const byName = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1);

/** What deployers and administrators asked for. Of two that exclude each other the first by name is taken: bytes over ratio. */
const wishes = (settings: Settings): { wanted: Map<string, Wanted>; notices: Planned['notices'] } => {
  const wanted = new Map<string, Wanted>();
  const notices: Planned['notices'] = [];
  const named = Object.entries(settings.sysctl).map(([name, setting]) => [dotted(name), setting] as const);
  for (const [name, { value, source }] of named.sort(byName)) {
    const other = counterpartOf(name);
    if (sysctlPath(name) === null) notices.push(profileNotice('sysctl-name', name));
    else if (other !== null && wanted.has(other)) notices.push(profileNotice('sysctl-conflict', name, other));
    else wanted.set(name, { name, desired: value, reason: setBy[source], reference: referenceOf(name) });
  }
  return { wanted, notices };
};

const fromProfile = (name: string, { value = '', atLeast, reason, reference }: SysctlLine): Wanted =>
  atLeast === undefined
    ? { name, desired: value, reason, reference }
    : { name, desired: atLeast, reason, reference, atLeast: true };

/** Settings win over the profile's line for the same sysctl, and for the one that excludes it. */
export const planSysctls = (settings: Settings, profile: Profile): Planned => {
  const { wanted, notices } = wishes(settings);
  const wished = new Set(wanted.keys());
  for (const [name, line] of Object.entries(profile.sysctl).sort(byName)) {
    if (wished.has(name) || wished.has(counterpartOf(name) ?? '')) continue;
    wanted.set(name, fromProfile(name, line));
  }
  return { steps: [...wanted].sort(byName).map(([, found]) => stepOf(found)), notices };
};
