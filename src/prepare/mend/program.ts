/** Programs of the image that have to run after its files were changed. */
import { saying } from '../../errors.ts';
import type { WritableGuest } from '../../guest/guest.ts';
import type { Tool } from '../../guest/tools.ts';
import type { Notice } from '../../notices/notice.ts';
import { prepareNotice } from '../../notices/prepare.ts';

export interface Program {
  tool: Extract<Tool, 'update-grub' | 'update-initramfs' | 'dracut-again'>;
  args: readonly string[];
  why: string;
}

/** As a person would type it. */
const commands: Record<Program['tool'], string> = {
  'update-grub': 'update-grub',
  'update-initramfs': 'update-initramfs -u -k',
  'dracut-again': 'dracut --force --kver',
};

/** @returns null when it ran; else what is left. On a folder no program of the image is run. */
export const perform = async (guest: WritableGuest, { tool, args, why }: Program): Promise<Notice | null> => {
  const command = [commands[tool], ...args].join(' ');
  if (!guest.live) return prepareNotice('mend-inside', command, why);
  try {
    const { exitCode, stderr } = await guest.run(tool, args);
    if (exitCode === 0) return null;
    return prepareNotice('mend-failed', command, stderr.trim().split('\n').at(-1) || `exit code ${exitCode}`);
  } catch (error) {
    return prepareNotice('mend-failed', command, saying(error));
  }
};
