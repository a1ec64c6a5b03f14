/** Merges what the sources say: kernel command line over OVF properties over /etc/enlighten/enlighten.yaml over defaults. Pure. */
import type { Notice } from '../notices/notice.ts';
import { settingsNotice } from '../notices/settings.ts';
import { type Candidate, keyOf } from './candidates.ts';
import { allKeys, isSingleKey, type Key, type Kind, keys, type Settable, settableBy, sysctlValue } from './keys.ts';
import type { Setting, Settings } from './settings.ts';
import { normalizedSysctlName } from './sysctl-name.ts';

export interface Given {
  commandLine: readonly Candidate[];
  properties: readonly Candidate[];
  file: readonly Candidate[];
  /** Keys whose properties lose: a single key, `sysctl` for all of them, or `sysctl.NAME`. */
  lock: readonly string[];
  /** The vendor's file is there and cannot be read. */
  broken: boolean;
  /** From here on the image is an appliance: the mode's default is `enforce`. */
  sealed: boolean;
}

const spoken: Record<Settable, string> = {
  'command-line': 'on the kernel command line',
  property: 'as an OVF property',
  file: 'in the file',
};

/** The effective settings. Whatever is wrong with a value is a Notice, and the next weaker source counts. */
export const mergeSettings = (given: Given): { settings: Settings; notices: Notice[] } => {
  const notices: Notice[] = [];
  const locked = readLock(given.lock, notices);
  // Weakest first: each valid value replaces the one before. The lock is against deployers' properties only: who edits
  // the kernel command line has the machine's console, and must be able to get out of a locked mistake.
  const candidates = [...given.file, ...given.properties, ...given.commandLine]
    .map(candidate => normalized(candidate, notices))
    .filter(candidate => candidate !== null)
    .filter(candidate => isAllowed(candidate, locked, notices));

  const pick = <T>(name: string, { kind, default: value }: Key<T>): Setting<T> =>
    candidates
      .filter(({ key }) => key === name)
      .reduce<Setting<T>>((weaker, candidate) => judged(candidate, kind, notices) ?? weaker, {
        value,
        source: 'default',
      });

  // Who wrote a mode nobody understands, or a file nobody can read, may have meant `off`: then nothing is changed.
  const doubtful =
    given.broken ||
    candidates.some(({ key, value }) => key === 'mode' && keys.mode.kind.read(value?.trim() ?? '') === null);
  const settings: Settings = {
    mode: pick('mode', { ...keys.mode, default: given.sealed && !doubtful ? 'enforce' : keys.mode.default }),
    kernel: pick('kernel', keys.kernel),
    'kernel.prune': pick('kernel.prune', keys['kernel.prune']),
    'packages.network': pick('packages.network', keys['packages.network']),
    'packages.sha256': pick('packages.sha256', keys['packages.sha256']),
    reboot: pick('reboot', keys.reboot),
    profile: pick('profile', keys.profile),
    workload: pick('workload', keys.workload),
    tune: pick('tune', keys.tune),
    sysctl: sysctlsOf(candidates, notices),
    scrub: pick('scrub', keys.scrub),
    debug: pick('debug', keys.debug),
  };
  return { settings, notices };
};

/** With the sysctl name in its dotted form; null, and a Notice, when there is no such key. */
const normalized = (candidate: Candidate, notices: Notice[]): Candidate | null => {
  const name = sysctlNameIn(candidate.key);
  if (name === null && settableBy(candidate.key) !== null) return candidate;
  const sound = name === null ? null : normalizedSysctlName(name);
  if (sound !== null) return { ...candidate, key: `sysctl.${sound}` };
  const subject = shown(candidate.key);
  notices.push(
    name === null
      ? settingsNotice('settings-unknown-key', subject, allKeys)
      : settingsNotice('settings-bad-sysctl', subject),
  );
  return null;
};

const sysctlNameIn = (key: string): string | null => (key.startsWith('sysctl.') ? key.slice('sysctl.'.length) : null);

const isAllowed = ({ key, source }: Candidate, locked: ReadonlySet<string>, notices: Notice[]): boolean => {
  if (!settableBy(key)?.includes(source)) {
    notices.push(settingsNotice('settings-not-from-here', shown(key), spoken[source]));
    return false;
  }
  const isLocked = locked.has(key) || (locked.has('sysctl') && sysctlNameIn(key) !== null);
  if (source !== 'property' || !isLocked) return true;
  notices.push(settingsNotice('settings-locked', shown(key)));
  return false;
};

const judged = <T>({ key, source, value }: Candidate, kind: Kind<T>, notices: Notice[]): Setting<T> | null => {
  const text = value ?? kind.bare ?? null;
  const read = text === null ? null : kind.read(text.trim());
  if (read !== null) return { value: read, source };
  const written = text === null ? 'none is given' : JSON.stringify(text.slice(0, 60));
  notices.push(
    settingsNotice('settings-bad-value', shown(key), `${written} ${spoken[source]}; allowed: ${kind.allowed}`),
  );
  return null;
};

const sysctlsOf = (candidates: readonly Candidate[], notices: Notice[]): Settings['sysctl'] => {
  const settings = new Map<string, Setting<string>>();
  for (const candidate of candidates) {
    const name = sysctlNameIn(candidate.key);
    const setting = name === null ? null : judged(candidate, sysctlValue, notices);
    if (name !== null && setting !== null) settings.set(name, setting);
  }
  return Object.fromEntries(settings);
};

const readLock = (lock: readonly string[], notices: Notice[]): ReadonlySet<string> => {
  const locked = new Set<string>();
  for (const written of lock) {
    const key = keyOf(written) ?? written;
    const name = sysctlNameIn(key);
    const sysctl = name === null ? null : normalizedSysctlName(name);
    if (sysctl !== null) locked.add(`sysctl.${sysctl}`);
    else if (key === 'sysctl' || isSingleKey(key)) locked.add(key);
    else notices.push(settingsNotice('settings-unknown-key', `lock: ${written.slice(0, 60)}`, allKeys));
  }
  return locked;
};

const shown = (key: string): string => `enlighten.${key.slice(0, 80)}`;
