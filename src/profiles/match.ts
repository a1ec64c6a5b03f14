/** Which profile holds here, with everything it extends. Pure. */
import type { Detection } from '../detect/detection.ts';
import type { Notice } from '../notices/notice.ts';
import { profileNotice } from '../notices/profiles.ts';
import type { Settings } from '../settings/settings.ts';
import type { Profile } from './schema.ts';
import { emptyProfile } from './sections.ts';
import { counterpartOf } from './sysctl-name.ts';

/** The profile for every guest no other profile matches. */
const FALL_BACK = 'generic';

/** All profiles there are. A vendor's profile takes the place of the built-in one of the same name. */
export interface Profiles {
  vendor: readonly Profile[];
  builtin: readonly Profile[];
}

export interface Choice {
  /** With all inherited lines; `extends` is gone. */
  profile: Profile;
  /** The profiles its lines come from, itself first. */
  chain: Profile[];
  notices: Notice[];
}

const named = (profiles: readonly Profile[], name: string) => profiles.find(profile => profile.name === name);

const find = ({ vendor, builtin }: Profiles, name: string) => named(vendor, name) ?? named(builtin, name);

/** What a profile may be chosen by; null: unknown, or not wished. */
type Criteria = Record<'hypervisor' | 'platform' | 'workload', string | null>;

/** How many criteria a profile has, when all of them hold; 0 when it does not match. */
const specificity = ({ match = {} }: Profile, { hypervisor, platform, workload }: Criteria): number => {
  const includes = (all: readonly string[] | undefined, one: string | null) =>
    all === undefined ? [] : [one !== null && all.includes(one)];
  const criteria = [
    ...includes(match.hypervisor, hypervisor),
    ...includes(match.platform, platform),
    ...includes(match.workload, workload),
  ];
  return criteria.every(Boolean) ? criteria.length : 0;
};

const isForWorkload = ({ match }: Profile): boolean => match?.workload !== undefined;

/** The most specific match; between equals the vendor's, then the first by name. */
const best = (profiles: Profiles, criteria: Criteria, among: (profile: Profile) => boolean): Profile | undefined => {
  const fresh = profiles.builtin.filter(profile => named(profiles.vendor, profile.name) === undefined);
  let found: Profile | undefined;
  let most = 0;
  for (const layer of [profiles.vendor, fresh]) {
    for (const profile of layer.filter(among).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const held = specificity(profile, criteria);
      if (held <= most) continue;
      found = profile;
      most = held;
    }
  }
  return found;
};

/** The child's lines over the parent's. Of two sysctls that exclude each other only the child's stays. */
const merged = (parent: Profile, child: Profile): Profile => {
  const { extends: _, ...own } = child;
  const inherited = Object.entries(parent.sysctl).filter(([name]) => {
    const other = counterpartOf(name);
    return other === null || !Object.hasOwn(child.sysctl, other);
  });
  const ruled = new Set(child.kernel.map(rule => rule.distribution));
  return {
    ...own,
    kernel: [...child.kernel, ...parent.kernel.filter(rule => !ruled.has(rule.distribution))],
    sysctl: { ...Object.fromEntries(inherited), ...child.sysctl },
    sysfs: { ...parent.sysfs, ...child.sysfs },
    block: [...parent.block, ...child.block],
    network: [...parent.network, ...child.network],
    units: [...parent.units, ...child.units],
    clock: [...parent.clock, ...child.clock],
    modules: [...parent.modules, ...child.modules],
    initramfs: [...parent.initramfs, ...child.initramfs],
    commandLine: { ...parent.commandLine, ...child.commandLine },
  };
};

/** Follows `extends`. A vendor's profile that extends its own name extends the built-in one. */
const resolved = (profiles: Profiles, profile: Profile, seen: readonly Profile[] = []): Choice => {
  const { extends: parentName, ...own } = profile;
  const alone = (notices: Notice[]): Choice => ({ profile: own, chain: [profile], notices });
  if (parentName === undefined) return alone([]);
  const parent = parentName === profile.name ? named(profiles.builtin, parentName) : find(profiles, parentName);
  const below = [...seen, profile];
  if (parent === undefined) return alone([profileNotice('profile-parent-unknown', profile.name, parentName)]);
  if (below.includes(parent)) return alone([profileNotice('profile-cycle', profile.name, parentName)]);
  const above = resolved(profiles, parent, below);
  return { profile: merged(above.profile, profile), chain: [profile, ...above.chain], notices: above.notices };
};

/** The profile of this name with everything it extends; null when there is none. */
export const profileNamed = (profiles: Profiles, name: string): Choice | null => {
  const profile = find(profiles, name);
  return profile === undefined ? null : resolved(profiles, profile);
};

const all = ({ vendor, builtin }: Profiles): readonly Profile[] => [...builtin, ...vendor];

const listed = (names: readonly string[]): string => [...new Set(names)].sort().join(', ');

/** What is laid over the chosen profile for the workload; null where none is wished. */
const forWorkload = (profiles: Profiles, criteria: Criteria): Choice | { notices: Notice[] } => {
  const { workload } = criteria;
  if (workload === null) return { notices: [] };
  const profile = best(profiles, criteria, isForWorkload);
  if (profile !== undefined) return resolved(profiles, profile);
  const known = all(profiles).flatMap(({ match }) => match?.workload ?? []);
  return { notices: [profileNotice('workload-unknown', workload, listed(known))] };
};

/**
 * The profile the settings name, else the one for the detected hypervisor and platform, else the generic one; over it, the one for the
 * workload. Xen's dom0 and Hyper-V's root are no guests.
 */
export const chooseProfile = (settings: Settings, detection: Detection, profiles: Profiles): Choice => {
  const hypervisor = detection.virtualized ? detection.hypervisor : 'none';
  const criteria: Criteria = { hypervisor, platform: detection.platform, workload: settings.workload.value };
  const notices: Notice[] = [];
  const wish = settings.profile.value;
  const wished = wish === null ? undefined : find(profiles, wish);
  if (wish !== null && wished === undefined) {
    notices.push(profileNotice('profile-unknown', wish, listed(all(profiles).map(({ name }) => name))));
  }
  const detected = best(profiles, criteria, profile => !isForWorkload(profile));
  const base = resolved(profiles, wished ?? detected ?? find(profiles, FALL_BACK) ?? emptyProfile(FALL_BACK));
  const layer = forWorkload(profiles, criteria);
  notices.push(...base.notices, ...layer.notices);
  if (!('profile' in layer)) return { ...base, notices };
  const name = `${base.profile.name}+${layer.profile.name}`;
  const profile = { ...merged(base.profile, layer.profile), name };
  return { profile, chain: [...layer.chain, ...base.chain], notices };
};
