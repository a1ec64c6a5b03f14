/** What administrators decided about a sysctl: their lines win over every profile. */
import { saying } from '../errors.ts';
import type { Bytes, Guest, Path } from '../guest/guest.ts';
import { dotted } from '../profiles/sysctl-name.ts';

/**
 * sysctl.d(5), without /usr: what lies there is the distribution's. A file in an earlier folder hides one of the same name in a
 * later one.
 */
const FOLDERS: readonly Path[] = ['/etc/sysctl.d', '/run/sysctl.d'];
/** Read by sysctl(8) and, on Debian, by systemd through a link in /etc/sysctl.d; last. */
const CONF: Path = '/etc/sysctl.conf';
const MAX_SIZE: Bytes = 256 * 1024;

export interface Decision {
  file: Path;
  name: string;
  value: string;
}

/** `*` in a key stands for any part of one component: `net.ipv4.conf.*.rp_filter`. Linear in the length of both. */
const covers = (pattern: string, name: string): boolean => {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length >= at + last.length && name.endsWith(last);
};

const coversEach = (pattern: string, name: string): boolean => {
  const [patterns, parts] = [pattern.split('.'), name.split('.')];
  return patterns.length === parts.length && patterns.every((one, index) => covers(one, parts[index] ?? ''));
};

/** The last `key = value` for one of the names; comments begin with `#` or `;`, a leading `-` means "ignore failures". */
const lineFor = (text: string, names: readonly string[]): Omit<Decision, 'file'> | null => {
  let found: Omit<Decision, 'file'> | null = null;
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    const key = line.slice(0, equals).trim().replace(/^-/, '');
    if (equals < 0 || /^[#;]/.test(key)) continue;
    const name = names.find(candidate => coversEach(dotted(key), candidate));
    if (name !== undefined) found = { name, value: line.slice(equals + 1).trim() };
  }
  return found;
};

const files = async (guest: Guest): Promise<Path[]> => {
  const paths = new Map<string, Path>();
  for (const folder of FOLDERS) {
    for (const name of await guest.list(folder)) {
      if (name.endsWith('.conf') && !paths.has(name)) paths.set(name, `${folder}/${name}`);
    }
  }
  const byName = [...paths].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...byName.map(([, path]) => path), CONF];
};

/**
 * The line that is in force for one of these sysctls, null when no administrator set any, or why that cannot be known: a file
 * that is there and cannot be read.
 */
export const administratorsDecision = async (
  guest: Guest,
  names: readonly string[],
): Promise<Decision | { unknown: string } | null> => {
  let decision: Decision | null = null;
  for (const file of await files(guest)) {
    try {
      const text = (await guest.read(file, MAX_SIZE))?.toString('utf8') ?? '';
      const line = lineFor(text, names);
      if (line !== null) decision = { file, ...line };
    } catch (error) {
      return { unknown: saying(error) };
    }
  }
  return decision;
};
