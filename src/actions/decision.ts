/**
 * What others decided about a file of the kernel: an administrator's udev rule or tmpfiles.d line, or a tuned profile that is active. They
 * win over every profile of ours. (sysctl.d has a grammar of its own: administrator.ts.)
 */
import { saying } from '../errors.ts';
import type { Bytes, Guest, Path } from '../guest/guest.ts';
import { fits } from '../profiles/condition.ts';
import { tunedDecision } from './tuned.ts';

/** Where, and the line: `/etc/udev/rules.d/60-io.rules: ACTION=="add", …`. */
export type Decision = { line: string } | { unknown: string };

/** What it is about: a file below /sys, or sysctls by their names. */
export type Subject = { path: Path } | { sysctls: readonly string[] };

const MAX_SIZE: Bytes = 256 * 1024;
/** Not /usr/lib: what lies there is the distribution's. */
const RULES: readonly Path[] = ['/etc/udev/rules.d', '/run/udev/rules.d'];
const TMPFILES: readonly Path[] = ['/etc/tmpfiles.d', '/run/tmpfiles.d'];
/** Ours. */
const OUR_RULE = /^90-enlighten-/;

/**
 * A shell's pattern, as udev(7) and tmpfiles.d(5) have them. Where one character, or one of several, is meant, any text will do: then the
 * line may be taken for a decision that it is not, and what it seems to decide is left alone.
 */
const fitsShell = (pattern: string, name: string): boolean =>
  pattern.split('|').some(one => fits(one.replace(/\?|\[[^\]]*\]/g, '*'), name));

/** `/sys/block/vda/queue/scheduler` → `vda`, `queue/scheduler`; null for what is no attribute of a disk or a card. */
const attributeOf = (path: Path): { device: string; attribute: string } | null => {
  const [, device, attribute] = /^\/sys\/(?:block|class\/net)\/([^/]+)\/(.+)$/.exec(path) ?? [];
  return device === undefined || attribute === undefined ? null : { device, attribute };
};

/** Assigns (`=` or `:=`, not `==`) this attribute on devices of this name, or on any. Which other keys it matches is not looked at. */
const ruleSets = (line: string, attribute: string, device: string | null): boolean => {
  const assigns = line.includes(`ATTR{${attribute}}=`) && !line.includes(`ATTR{${attribute}}==`);
  const kernel = /(?:^|[\s,])KERNEL=="([^"]{1,256})"/.exec(line)?.[1];
  const final = line.includes(`ATTR{${attribute}}:=`);
  return (assigns || final) && (kernel === undefined || device === null || fitsShell(kernel, device));
};

/** `w /sys/kernel/mm/transparent_hugepage/enabled - - - - never` */
const tmpfileSets = (line: string, path: Path): boolean => {
  const [type = '', target = ''] = line.split(/\s+/);
  return /^[wf]\+?!?$/.test(type) && target.length < 256 && fitsShell(target, path);
};

const linesIn = async (guest: Guest, folders: readonly Path[], suffix: string): Promise<[Path, string][]> => {
  const found: [Path, string][] = [];
  for (const folder of folders) {
    const names = (await guest.list(folder)).filter(name => name.endsWith(suffix) && !OUR_RULE.test(name));
    for (const name of names) {
      const text = (await guest.read(`${folder}/${name}`, MAX_SIZE))?.toString('utf8') ?? '';
      const lines = text.replace(/\\\n/g, ' ').split('\n');
      for (const line of lines) if (!/^\s*(?:#|$)/.test(line)) found.push([`${folder}/${name}`, line.trim()]);
    }
  }
  return found;
};

/** The administrator's udev rule that sets this attribute of a device; of any device when none is named. */
export const ruleAbout = async (guest: Guest, attribute: string, device: string | null): Promise<Decision | null> => {
  const found = (await linesIn(guest, RULES, '.rules')).findLast(([, line]) => ruleSets(line, attribute, device));
  return found === undefined ? null : { line: found.join(': ') };
};

const tmpfileAbout = async (guest: Guest, path: Path): Promise<Decision | null> => {
  const found = (await linesIn(guest, TMPFILES, '.conf')).findLast(([, line]) => tmpfileSets(line, path));
  return found === undefined ? null : { line: found.join(': ') };
};

const fileAbout = async (guest: Guest, path: Path): Promise<Decision | null> => {
  const named = attributeOf(path);
  const rule = named === null ? null : await ruleAbout(guest, named.attribute, named.device);
  return rule ?? (await tmpfileAbout(guest, path));
};

/** null when nobody decided; `unknown` when a file that may decide it cannot be read. */
export const decisionAbout = async (guest: Guest, subject: Subject): Promise<Decision | null> => {
  try {
    const others = 'path' in subject ? await fileAbout(guest, subject.path) : null;
    return others ?? (await tunedDecision(guest, subject));
  } catch (error) {
    return { unknown: saying(error) };
  }
};
