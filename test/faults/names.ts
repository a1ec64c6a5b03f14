/** Who a machine is, and which kernel it runs. */
import { readFileSync } from 'node:fs';
import type { Maker } from './grub.ts';
import type { Booted } from './kinds/kind.ts';

export const text = (root: string, path: string): string => readFileSync(root + path, 'utf8').trim();

export const makerOf = (root: string): Maker => ({
  manufacturer: text(root, '/sys/class/dmi/id/sys_vendor'),
  product: text(root, '/sys/class/dmi/id/product_name'),
});

/** `/boot/vmlinuz-6.1.0-50-amd64`, or a folder of that name on the ESP. */
export const releaseOf = ({ kernel }: Pick<Booted, 'kernel'>): string => /\d+\.\d+\.\d+-[\w-]+/.exec(kernel)?.[0] ?? '';

export const whose = (root: string, release: string): string => Object.values({ ...makerOf(root), release }).join(' ');
