/** What the drop-ins of units have in common: who else says something about the unit, and how systemd learns of a change. */

import { EnlightenError } from '../errors.ts';
import type { Guest, Path, WritableGuest } from '../guest/guest.ts';

const SHIPPED: readonly Path[] = ['/usr/lib/systemd/system', '/lib/systemd/system'];
const MAX_SIZE = 256 * 1024;

/** The unit as its package ships it; null where there is none. */
export const shippedUnit = async (guest: Guest, unit: string): Promise<string | null> => {
  for (const folder of SHIPPED) {
    const content = await guest.read(`${folder}/${unit}`, MAX_SIZE);
    if (content !== null) return content.toString('utf8');
  }
  return null;
};

/** The first line of an administrator's unit or drop-in that gives one of these directives; null when there is none. */
export const administratorsLine = async (
  guest: Guest,
  unit: string,
  directives: readonly string[],
): Promise<string | null> => {
  const own = `/etc/systemd/system/${unit}`;
  const dropIns = (await guest.list(`${own}.d`)).filter(name => name.endsWith('.conf')).map(name => `${own}.d/${name}`);
  for (const file of [own, ...dropIns]) {
    const text = (await guest.stat(file))?.kind === 'file' ? (await guest.read(file, MAX_SIZE))?.toString('utf8') : '';
    const line = text?.split('\n').find(each => directives.includes(each.slice(0, each.indexOf('=')).trim()));
    if (line !== undefined) return `${file}: ${line.trim()}`;
  }
  return null;
};

/** systemd reads unit files when it is told to; a folder has none. */
export const reloadUnits = async (guest: WritableGuest): Promise<void> => {
  if (!guest.live) return;
  const { exitCode, stderr } = await guest.run('reload-units', []);
  if (exitCode === 0) return;
  throw new EnlightenError('tool-failed', { tried: 'reload', on: 'systemd', happened: stderr.trim().slice(0, 400) });
};
