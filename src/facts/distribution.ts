/** Which distribution this is: os-release(5). */
import type { Guest } from '../guest/guest.ts';
import type { Distribution } from './facts.ts';

/** In this order, and only the first that exists: the second is the vendor's, the first may be the administrator's. */
const FILES = ['/etc/os-release', '/usr/lib/os-release'];
const MAX = 64 * 1024;

/** A double-quoted or bare value with the shell's escapes undone; single quotes keep everything. */
const unquoted = (written: string): string => {
  const single = /^'([^']*)'$/.exec(written)?.[1];
  if (single !== undefined) return single;
  const double = /^"((?:[^"\\]|\\.)*)"$/.exec(written)?.[1];
  return double === undefined ? written.replaceAll(/\\(.)/g, '$1') : double.replaceAll(/\\([$`"\\])/g, '$1');
};

/** The assignments of an os-release file; lines that are none are passed over, the last of a name counts. */
export const parseOsRelease = (text: string): Map<string, string> => {
  const assigned = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [name, ...value] = line.trim().split('=');
    if (name !== undefined && /^[A-Za-z_]\w*$/.test(name) && value.length > 0)
      assigned.set(name, unquoted(value.join('=')));
  }
  return assigned;
};

/** `linux` and no version where nothing is said: the defaults of os-release(5). */
export const distribution = async (guest: Guest): Promise<Distribution> => {
  for (const file of FILES) {
    const text = await guest.text(file, MAX);
    if (text === null) continue;
    const assigned = parseOsRelease(text);
    const like = (assigned.get('ID_LIKE') ?? '').split(/\s+/).filter(word => word !== '');
    return { id: assigned.get('ID') || 'linux', version: assigned.get('VERSION_ID') || null, like };
  }
  return { id: 'linux', version: null, like: [] };
};
