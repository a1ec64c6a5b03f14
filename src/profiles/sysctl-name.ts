/**
 * Names of sysctls, as sysctl.d(5) reads them: "If the first separator is a slash, remaining slashes and dots are left intact.
 * If the first separator is a dot, dots and slashes are interchanged." So `net.ipv4.conf.eth0/100.rp_filter` and
 * `net/ipv4/conf/eth0.100/rp_filter` are one file.
 */
import type { Path } from '../guest/guest.ts';

const interchanged = (text: string): string => text.replace(/[./]/g, separator => (separator === '.' ? '/' : '.'));

/** The form with dots as separators; plans use no other. */
export const dotted = (name: string): string => (/^[^./]*\//.test(name) ? interchanged(name) : name);

/**
 * Its file below /proc/sys; null for what is no sysctl name. Judged after dots and slashes are interchanged: `net.//.x` is
 * harmless as written and would be `net/../x` as a path.
 */
export const sysctlPath = (name: string): Path | null => {
  const parts = interchanged(dotted(name)).split('/');
  const named = parts.every(part => /^[A-Za-z0-9_.-]+$/.test(part) && part !== '.' && part !== '..');
  return named && parts.length > 1 ? `/proc/sys/${parts.join('/')}` : null;
};

/**
 * Two files for one limit: "Only one of them may be specified at a time. When one sysctl is written it is immediately taken into
 * account […] and the other appears as 0 when read" (https://docs.kernel.org/admin-guide/sysctl/vm.html).
 */
const COUPLED: readonly (readonly [string, string])[] = [
  ['vm.dirty_bytes', 'vm.dirty_ratio'],
  ['vm.dirty_background_bytes', 'vm.dirty_background_ratio'],
  ['vm.overcommit_kbytes', 'vm.overcommit_ratio'],
];

const counterparts = new Map(COUPLED.flatMap(([one, other]) => [[one, other] as const, [other, one] as const]));

/** The sysctl that loses its effect when this one is written; null for most. */
export const counterpartOf = (name: string): string | null => counterparts.get(name) ?? null;
