import { trialWords } from '../bootloader.ts';

/** COMMAND_LINE_SIZE of x86, the NUL included (arch/x86/include/asm/setup.h); other architectures take as many or more. */
const MAX_LENGTH = 2047;

/** What a boot loader adds for itself, and what belongs to a trial: not to be repeated. */
const NOT_REPEATED =
  /^(BOOT_IMAGE|initrd|enlighten\.(trial|entry)|panic|oops|softlockup_panic|hung_task_panic|systemd\.(watchdog_sec|crash_reboot))(=|$)/;

/** Words without white space, where a quote toggles whether white space separates (lib/cmdline.c). */
const wordsOf = (text: string): string[] => text.match(/(?:[^ \t\r\n"]|"[^"]*(?:"|$))+/g) ?? [];

/**
 * The command line of a trial by kexec. `kexec -s -l` takes an empty one without complaint, and boots a kernel without root file system,
 * console or `panic=` that then waits for ever; so there is none without `root=`, and `panic=` is always there.
 * @param args those of the vendor's own menu entry, or of this very boot
 * @returns null when they name no root, are too long, or hold a nonce of another form than ours
 */
export const trialCommandLine = (args: string, nonce: string): string | null => {
  const words = wordsOf(args).filter(word => !NOT_REPEATED.test(word));
  const line = [...words, trialWords(nonce)].join(' ');
  const names = words.some(word => /^root=./.test(word));
  return names && /^[0-9a-f]+$/.test(nonce) && /^[\x20-\x7e]*$/.test(line) && line.length <= MAX_LENGTH ? line : null;
};
