import type { BootLoader } from './bootloader.ts';
import { grub } from './grub/grub.ts';

/** The boot loader of this guest. Where it is another one, GRUB's refusal says what is missing. */
export const bootLoader: BootLoader = grub;
