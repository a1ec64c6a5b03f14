/**
 * What GRUB 2.06 does with packaging/grub/custom.cfg and the files on the disk now: the entry it boots, and what it saves before. A model,
 * because a boot of the real one takes a second; grub-emu.test.ts asks the real one about every block that came up.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Booted } from './kinds/kind.ts';

export interface Maker {
  manufacturer: string;
  product: string;
}

const SIGNATURE = '# GRUB Environment Block\n';
/** What the entries that are no trial add. */
const mark = (entry: string): string => `enlighten.entry=${entry}`;
const OPTIONS = 'panic=5 oops=panic softlockup_panic=1 hung_task_panic=1 systemd.watchdog_sec=180 systemd.crash_reboot';

const file = (root: string, path: string): string | null => {
  try {
    return readFileSync(root + path, 'latin1');
  } catch {
    return null;
  }
};

/** `[ -s FILE ]` */
const filled = (root: string, path: string): boolean =>
  (statSync(root + path, { throwIfNoEntry: false })?.size ?? 0) > 0;

/** find_next_line(): a backslash takes the next byte with it. */
const nextLine = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
};

/** grub_envblk_iterate(): a name may hold a newline, the last of two equal names wins, a value without its newline is none. */
const loadEnv = (text: string | null): Map<string, string> => {
  const values = new Map<string, string>();
  if (!text?.startsWith(SIGNATURE)) return values;
  for (let at = SIGNATURE.length; at < text.length; ) {
    if (text[at] !== '#') {
      const equals = text.indexOf('=', at);
      if (equals === -1) break;
      const end = nextLine(text, equals + 1) - 1;
      if (end >= text.length) break;
      values.set(text.slice(at, equals), text.slice(equals + 1, end).replace(/\\(.)/gs, '$1'));
      at = end + 1;
    } else at = nextLine(text, at);
  }
  return values;
};

/** grub_envblk_set() and the write: false where the block is broken, absent or full. */
const saveEnv = (root: string, path: string, name: string, value: string): boolean => {
  const text = file(root, path);
  if (!text?.startsWith(SIGNATURE)) return false;
  const space = text.length - (/#*$/.exec(text)?.[0].length ?? 0);
  if (text[space - 1] !== '\n') return false;
  const line = `${name}=${value}\n`;
  let at = SIGNATURE.length;
  while (at < space && !text.startsWith(`${name}=`, at)) at = nextLine(text, at);
  const rest = at < space ? nextLine(text, at) : space;
  const fresh = text.slice(0, Math.min(at, space)) + line + text.slice(rest, space);
  if (fresh.length > text.length) return false;
  writeFileSync(root + path, Buffer.from(fresh.padEnd(text.length, '#'), 'latin1'));
  return true;
};

/** `set name="value"` lines of the file that `enlighten seal` writes. */
const sourced = (text: string | null): Map<string, string> =>
  new Map([...(text ?? '').matchAll(/^set (\w+)="(.*)"$/gm)].map(([, name = '', value = '']) => [name, value]));

/** The first entry of grub.cfg. */
const stock = (root: string): Booted => {
  const config = file(root, '/boot/grub/grub.cfg') ?? '';
  const [, kernel = '', args = ''] = /^\s*linux\s+(\S+)\s*(.*)$/m.exec(config) ?? [];
  return { entry: 'stock', kernel, args, initrd: /^\s*initrd\s+(\S+)$/m.exec(config)?.[1] ?? '' };
};

/**
 * One boot of the machine in this folder by its own GRUB, up to the kernel's first instruction.
 * @param writes false where the block lies on what GRUB only reads: LVM, RAID, btrfs
 */
export const bootByGrub = (root: string, here: Maker, writes = true): Booted => {
  const grubenv = '/boot/grub/grubenv';
  const save = (name: string, value: string): boolean => writes && saveEnv(root, grubenv, name, value);
  const block = loadEnv(file(root, grubenv));
  const ours = (name: string): string => block.get(`enlighten_${name}`) ?? '';
  if (file(root, '/boot/grub/custom.cfg') === null) return stock(root);
  const universal = sourced(file(root, '/boot/grub/enlighten.cfg'));
  const whole = ours('seq') !== '' && ours('seq') === ours('end');
  const home = whole && ours('manufacturer') === here.manufacturer && ours('product') === here.product;
  if (whole && ours('mark') === '0') save('enlighten_mark', '1');

  const entryOf = (entry: Booted['entry'], value: (name: string) => string): Booted => ({
    ...{ entry, kernel: value('kernel'), initrd: value('initrd') },
    args: entry === 'trial' ? value('args') : `${value('args')} ${mark(entry)}`,
  });
  const universalEntry = (): Booted => entryOf('universal', name => universal.get(`enlighten_universal_${name}`) ?? '');
  /** `linux` fails where there is no file, and the function falls through; a missing initramfs reboots, marked as failed. */
  const provenEntry = (): Booted => {
    const proven = entryOf('proven', name => ours(`proven_${name}`));
    if (!filled(root, proven.kernel)) return universalEntry();
    if (filled(root, proven.initrd)) return proven;
    return save('enlighten_failed', '1') ? bootByGrub(root, here) : proven;
  };
  const old = (): Booted => (ours('proven_kernel') !== '' && ours('failed') === '0' ? provenEntry() : universalEntry());

  if (home && ours('state') === 'armed') {
    const trial = entryOf('trial', name => ours(`trial_${name}`));
    if (!save('enlighten_state', 'spent') || !filled(root, trial.kernel)) return old();
    if (!filled(root, trial.initrd)) return bootByGrub(root, here);
    return { ...trial, args: `${trial.args} enlighten.trial=${ours('nonce')} ${OPTIONS}` };
  }
  const proven = home && ours('proven_kernel') !== '' && ours('failed') === '0';
  if (proven && filled(root, ours('proven_kernel')) && filled(root, ours('proven_initrd'))) return provenEntry();
  const everywhere = universal.get('enlighten_universal_kernel') ?? '';
  return everywhere !== '' && filled(root, everywhere) ? universalEntry() : stock(root);
};
