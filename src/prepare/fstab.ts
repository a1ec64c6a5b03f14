/** /etc/fstab (fstab(5)) and /etc/crypttab (crypttab(5)), as far as a boot waits for what they name. */
import type { Guest, Path } from '../guest/guest.ts';
import { unescaped } from '../kernel/mounts.ts';

interface FstabLine {
  /** `UUID=…`, `/dev/sda1` */
  source: string;
  point: Path;
  type: string;
  options: readonly string[];
}

export type Fstab = readonly FstabLine[];

const MAX_TABLE = 256 * 1024;

/** The fields of each line that is no comment. Empty when the file is absent or unreadable. */
export const tableLines = async (guest: Guest, path: Path): Promise<string[][]> =>
  ((await guest.text(path, MAX_TABLE)) ?? '')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => line.split(/\s+/));

export const readFstab = async (guest: Guest): Promise<Fstab> =>
  (await tableLines(guest, '/etc/fstab')).map(([source = '', point = '', type = 'auto', options = 'defaults']) => ({
    source: unescaped(source.replaceAll(/["']/g, '')),
    point: unescaped(point),
    type,
    options: options.split(','),
  }));

/** The boot does not wait for it, or goes on without it (systemd.mount(5)). */
export const optional = (options: readonly string[]): boolean =>
  options.some(option => ['noauto', 'nofail'].includes(option));
