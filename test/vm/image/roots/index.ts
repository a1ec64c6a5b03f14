import { btrfs } from './btrfs.ts';
import { ext4 } from './ext4.ts';
import { luks } from './luks.ts';
import { lvm } from './lvm.ts';
import { md } from './md.ts';
import type { Root } from './root.ts';

export const roots = { ext4, lvm, btrfs, md, luks } satisfies Record<string, Root>;

export type RootName = keyof typeof roots;
