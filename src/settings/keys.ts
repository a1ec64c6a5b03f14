/** The settings: each with its type, what it may be, its default and who may set it. Everything else follows from this table. */
import type { Settings, Source } from './settings.ts';

/** How a setting's text is read; null when it is not among the allowed. */
export interface Kind<T> {
  /** For people: `enforce, plan or off`. */
  allowed: string;
  /** What the key without a value means (`enlighten.debug`); without one it is a bad value. */
  bare?: string;
  read(text: string): T | null;
}

export interface Key<T> {
  kind: Kind<T>;
  default: T;
  from: readonly Settable[];
}

/** Who may set a value: the machine's operator, the deployer, the vendor. */
export type Settable = Exclude<Source, 'default'>;

const everywhere: readonly Settable[] = ['command-line', 'property', 'file'];

const listed = (words: readonly string[]): string => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/** Vendors' tools write booleans and enumerations in any case (`True` from vCenter). */
const oneOf = <T extends string>(...values: T[]): Kind<T> => ({
  allowed: listed(values),
  read: text => values.find(value => value === text.toLowerCase()) ?? null,
});

const yes = ['on', 'true', 'yes', '1'];
const no = ['off', 'false', 'no', '0'];

const onOff: Kind<'on' | 'off'> = {
  allowed: 'on or off',
  bare: 'on',
  read: text => (yes.includes(text.toLowerCase()) ? 'on' : no.includes(text.toLowerCase()) ? 'off' : null),
};

const flag: Kind<boolean> = {
  allowed: onOff.allowed,
  bare: 'on',
  read: text => (onOff.read(text) === null ? null : onOff.read(text) === 'on'),
};

const countTo = (most: number): Kind<number> => ({
  allowed: `a whole number up to ${most}, or off`,
  read: text =>
    no.includes(text.toLowerCase()) ? 0 : /^\d{1,9}$/.test(text) && Number(text) <= most ? Number(text) : null,
});

const sha256: Kind<string> = {
  allowed: '64 hexadecimal digits',
  read: text => (/^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : null),
};

/** A name that can stand in a file name: no slash, no leading dot or dash. */
const named = (allowed: string): Kind<string> => ({
  allowed,
  read: text => (/^[A-Za-z0-9][A-Za-z0-9._+~-]{0,127}$/.test(text) && !text.includes('..') ? text : null),
});

/** What a sysctl may be set to; the kernel judges the value itself. */
export const sysctlValue: Kind<string> = {
  allowed: 'one line of at most 256 printable characters',
  read: text => (/^[\t\x20-\x7e]{1,256}$/.test(text) && text.trim() !== '' ? text.trim() : null),
};

/** Everything but `sysctl`, which is a family of keys: `sysctl.NAME`. */
export type SingleKey = Exclude<keyof Settings, 'sysctl'>;
export type ValueOf<K extends SingleKey> = Settings[K]['value'];

/** `enlighten.KEY` on the command line and as a property, KEY in /etc/enlighten/enlighten.yaml. */
export const keys: { [K in SingleKey]: Key<ValueOf<K>> } = {
  /** Once the image is sealed the default is `enforce` (merge.ts). */
  mode: { kind: oneOf('enforce', 'plan', 'off'), default: 'plan', from: everywhere },
  kernel: {
    kind: named('auto, keep, or the flavour or release of an installed kernel'),
    default: 'auto',
    from: everywhere,
  },
  'kernel.prune': { kind: countTo(1000), default: 0, from: everywhere },
  /** Never a deployer's: it decides whom the appliance trusts. */
  'packages.network': { kind: flag, default: false, from: ['file'] },
  'packages.sha256': { kind: sha256, default: null, from: everywhere },
  reboot: { kind: oneOf('auto', 'kexec', 'firmware', 'never'), default: 'auto', from: everywhere },
  profile: { kind: named('the name of a profile'), default: null, from: everywhere },
  workload: { kind: named('the name of a workload'), default: null, from: everywhere },
  tune: { kind: onOff, default: 'on', from: everywhere },
  scrub: { kind: flag, default: false, from: everywhere },
  debug: { kind: flag, default: false, from: everywhere },
};

/** What the vendor takes out of the deployers' hands: a list of keys, in the file alone. Not a setting itself. */
export const lockKey = 'lock';

/** Keys on the kernel command line that are the agent's own protocol with the boot loader, not settings. */
export const protocolKeys: readonly string[] = ['trial', 'entry'];

export const isSingleKey = (key: string): key is SingleKey => Object.hasOwn(keys, key);

/** Who may set this key; null when there is no such key. */
export const settableBy = (key: string): readonly Settable[] | null => {
  if (isSingleKey(key)) return keys[key].from;
  if (key.startsWith('sysctl.')) return everywhere;
  return key === lockKey ? ['file'] : null;
};

/** For a Notice: every key there is. */
export const allKeys = `${Object.keys(keys).join(', ')}, sysctl.NAME`;
