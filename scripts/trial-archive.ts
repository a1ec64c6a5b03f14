/** The archive that a trial's loader puts before its initramfs: packaging/initramfs/trial.sh, where an initramfs of each kind reads it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { at } from './paths.ts';

/** initramfs-tools(7): sourced by init before it does anything; dracut.modules(7): a hook, sourced once the command line is there. */
export const places = ['conf/conf.d/00-enlighten', 'usr/lib/dracut/hooks/cmdline/00-enlighten.sh'];

/** In the order in which folders come before what is in them. `newc` is what the kernel unpacks. */
const pack = 'find . -mindepth 1 | LC_ALL=C sort | cpio --quiet --create --format=newc --owner=0:0 --reproducible';

/** @param time of every file, in seconds: the same content makes the same archive */
export const trialArchive = (time: number): Buffer => {
  const tree = mkdtempSync(join(tmpdir(), 'enlighten-trial-'));
  try {
    for (const place of places) {
      mkdirSync(join(tree, dirname(place)), { recursive: true });
      cpSync(at('packaging/initramfs/trial.sh'), join(tree, place));
      chmodSync(join(tree, place), 0o644);
    }
    for (const path of readdirSync(tree, { recursive: true, encoding: 'utf8' }))
      utimesSync(join(tree, path), time, time);
    return execFileSync('sh', ['-c', pack], { cwd: tree });
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
};
