import { extlinux } from './extlinux.ts';
import { grub } from './grub.ts';
import type { Loader } from './loader.ts';
import { systemdBoot } from './systemd-boot.ts';

export const loaders = { grub, 'systemd-boot': systemdBoot, extlinux } satisfies Record<string, Loader>;

export type LoaderName = keyof typeof loaders;
