/** Arguments of the kernel: tried like a kernel, and never those that the way to the root file system or a trial depends on. Loads zod. */
import { z } from 'zod';
import { because, value } from './fields.ts';
import { strict } from './words.ts';

/**
 * What leads to the root file system and to init, what a trial is made of, and what may stand there several times
 * (Documentation/admin-guide/kernel-parameters.txt, kernel-command-line(7), dracut.cmdline(7)).
 */
const RESERVED =
  /^(?:root\w*|ro|rw|init|rdinit|initrd|resume\w*|BOOT_IMAGE|console|earlycon|earlyprintk|panic\w*|oops|softlockup_panic|hung_task_panic|single|emergency|rescue|(?:enlighten|systemd|rd|rootflags|luks|ip)(?:[._].*)?)$/i;

export const argumentName = z
  .string()
  .refine(name => /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name), 'expected a kernel parameter such as nvme_core.io_timeout')
  .refine(name => !RESERVED.test(name), 'the boot, or its trial, depends on this parameter: it is the boot loader’s');

export const argumentLine = strict({
  /** One word: GRUB keeps it in its environment block, in quotes. */
  value: value.refine(text => /^=|^[\w.,:/@+-]+$/.test(text), 'expected one word of A-Z, a-z, 0-9 and _ . , : / @ + -'),
  ...because,
});
