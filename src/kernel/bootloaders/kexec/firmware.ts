/**
 * Debian's kexec-tools can turn every reboot into a kexec of /vmlinuz (LOAD_KEXEC=true in /etc/default/kexec), and jumps into whatever
 * is loaded when the machine goes down (/etc/init.d/kexec). Then neither the firmware nor the boot loader sees the reboot.
 */
import type { Guest, Path, WritableGuest } from '../../../guest/guest.ts';

const LOADER: Path = '/etc/init.d/kexec-load';
const SETTINGS: Path = '/etc/default/kexec';
/** A file that makes the next reboot an ordinary one; the script removes it (kexec-load, coldreboot(8)). */
const ONCE_WITHOUT: Path = '/no-kexec-reboot';

/** The file and its snippets are shell; the last plain assignment counts. */
export const rebootsByKexec = async (guest: Guest): Promise<boolean> => {
  if ((await guest.stat(LOADER)) === null) return false;
  const snippets = (await guest.list(`${SETTINGS}.d`)).slice(0, 100).map(name => `${SETTINGS}.d/${name}`);
  const texts = await Promise.all([SETTINGS, ...snippets].map(path => guest.text(path, 64 * 1024)));
  const values = texts.flatMap(text => [...(text ?? '').matchAll(/^[ \t]*LOAD_KEXEC=["']?(\w*)/gm)]);
  return values.at(-1)?.[1] === 'true';
};

/** Makes the reboot that follows go through firmware and boot loader. */
export const throughFirmware = async (guest: WritableGuest): Promise<void> => {
  if (await rebootsByKexec(guest)) await guest.replace(ONCE_WITHOUT, '');
  const loaded = (await guest.text('/sys/kernel/kexec_loaded')) === '1';
  if (guest.live && loaded) await guest.run('kexec-unload', []);
};
