import { machineIdentity, runningRelease } from '../facts/machine.ts';
import type { Guest } from '../guest/guest.ts';
import type { BootLoader } from '../kernel/bootloaders/bootloader.ts';
import type { BootSeen } from '../kernel/trial/judge.ts';
import { parseCommandLine } from '../settings/cmdline.ts';
import { commandLineOf } from '../settings/gather.ts';

/** What the judge needs to know of this boot. */
export const bootSeen = async (guest: Guest, loader: BootLoader): Promise<BootSeen> => {
  const commandLine = await commandLineOf(guest);
  const words = parseCommandLine(commandLine);
  return {
    bootId: (await guest.text('/proc/sys/kernel/random/boot_id')) ?? '',
    nonce: words.findLast(([key]) => key === 'enlighten.trial')?.[1] ?? null,
    entry: words.findLast(([key]) => key === 'enlighten.entry')?.[1] ?? null,
    initrds: words.flatMap(([key, value]) => (key === 'initrd' && value !== null ? value.split(',') : [])),
    commandLine,
    release: (await runningRelease(guest)) ?? '',
    machine: await machineIdentity(guest),
    loader: await loader.state(guest),
  };
};
