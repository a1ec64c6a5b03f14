/** GRUB with packaging/grub/custom.cfg, on a file system it can write to; and on one it can only read. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { blockOf } from '../../kernel/bootloaders/grub/machine.ts';
import { put } from '../../kernel/machine.ts';
import { bootByGrub } from '../grub.ts';
import { makerOf } from '../names.ts';
import type { Booted, Kind } from './kind.ts';

const GRUBENV = '/boot/grub/grubenv';

/** Somebody else's line, so long that ours lie on both sectors of the block. */
const THEIRS = `theirs=${'x'.repeat(300)}`;

const booted =
  (writes: boolean) =>
  (root: string): Booted => {
    const { args, ...rest } = bootByGrub(root, makerOf(root), writes);
    return { ...rest, args: `BOOT_IMAGE=${rest.kernel} ${args}` };
  };

export const grub: Kind = {
  name: 'GRUB',
  prepare(root) {
    put(root, GRUBENV, blockOf('enlighten_seq=1', 'enlighten_mark=1', THEIRS, 'enlighten_end=1'));
  },
  keeps: ['/boot/grub'],
  boot: booted(true),
  whole(files) {
    assert.equal(files.get(GRUBENV)?.length, 1024, 'grubenv keeps its size');
  },
  proven: root => /^enlighten_proven_kernel=(.*)$/m.exec(readFileSync(root + GRUBENV, 'latin1'))?.[1] ?? null,
  /** Without what GRUB and we only count with. */
  rest: files => (files.get(GRUBENV)?.toString('latin1') ?? '').replace(/^enlighten_(seq|mark|end)=.*\n|#*$/gm, ''),
};

/** /boot on LVM: a one-shot of GRUB's would never end. */
export const readOnlyGrub: Kind = {
  ...grub,
  name: 'a GRUB that only reads',
  prepare(root) {
    put(root, GRUBENV, blockOf('enlighten_seq=1', 'enlighten_mark=0', THEIRS, 'enlighten_end=1'));
    put(root, '/sys/dev/block/254:1/dm/name', 'vg-root\n');
  },
  boot: booted(false),
};
