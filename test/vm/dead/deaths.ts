/**
 * The ways in which a trial dies: what is done to an armed one before it starts, and what is seen of it. Those that begin in a vendor's
 * image have scenarios of their own: trial-emergency, trial-deadline, trial-unhealthy, trial-power-cut.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { wordless } from '../agent.ts';
import { addFiles } from '../image/laid.ts';
import type { Armed, KindName } from './armed.ts';

export interface Death {
  by(trial: Armed): Promise<void>;
  /** On the console; null where the kernel says nothing. */
  said: RegExp | null;
  /** Whether the kernel on trial comes so far that it tells its name. */
  starts: boolean;
  causes: readonly string[];
  /** Nothing is left of that kernel. */
  gone?: boolean;
  /** The loaders whose part in it differs; by default the first one tells it for all. */
  on?: readonly KindName[];
  /** Loaders where nothing inside may end it: then a person, or a host's watchdog, resets the machine. */
  mayNeedReset?: readonly KindName[];
}

const half = (content: Buffer): Buffer => content.subarray(0, content.length >> 1);

/** As a bad sector, or a file that never reached the disk. */
const rotten = (content: Buffer, from: number, length: number): Buffer =>
  Buffer.concat([content.subarray(0, from), Buffer.alloc(length, 0xa5), content.subarray(from + length)]);

const kernel =
  (change: (content: Buffer) => Buffer) =>
  async (trial: Armed): Promise<void> =>
    trial.files.write(trial.kernel, change(await trial.files.read(trial.kernel)));

const initramfs =
  (change: (content: Buffer) => Buffer | Promise<Buffer>) =>
  async (trial: Armed): Promise<void> =>
    trial.files.write(trial.initramfs, await change(await trial.files.read(trial.initramfs)));

/** Shell lines that initramfs-tools' init reads before it does anything else (initramfs-tools(7)). */
const inInitramfs = (lines: string) =>
  initramfs(async content => {
    const stage = await mkdtemp(join(tmpdir(), 'lab-'));
    try {
      await addFiles(stage, { 'conf/conf.d/lab': `${lines}\n` });
      const pack = 'find . -mindepth 1 | LC_ALL=C sort | cpio --quiet --create --format=newc';
      const { stdout } = await execa('sh', ['-c', pack], { cwd: stage, encoding: 'buffer' });
      return Buffer.concat([stdout, content]);
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
  });

/** A program that the kernel on trial alone starts, as one of its services. */
const inUserspace =
  (lines: string) =>
  async ({ root, change }: Armed): Promise<void> => {
    const unit = [
      ...['[Unit]', 'After=enlighten.service network.target', 'Before=multi-user.target'],
      ...['[Service]', 'Type=oneshot', `ExecStart=/bin/sh -c '${lines}'`, ''],
    ];
    await root.write('/etc/systemd/system/death.service', unit.join('\n'));
    await change(args => `${args} systemd.wants=death.service`);
  };

const args =
  (more: string) =>
  ({ change }: Armed): Promise<void> =>
    change(before => `${before} ${more}`);

const everyLoader = ['grub-bios', 'grub-uefi', 'systemd-boot', 'extlinux'] as const;
/** It gives a kernel that does not load back to the firmware, and every firmware goes on in its own way. */
const firmwareDecides = ['systemd-boot'] as const;
const panicked = /Kernel panic - not syncing/;

export const deaths: Record<string, Death> = {
  'kernel-missing': {
    by: ({ files, kernel: path }) => files.remove(path),
    gone: true,
    said: null,
    starts: false,
    causes: wordless,
    on: everyLoader,
  },
  'kernel-corrupt': {
    by: kernel(content => rotten(content, 0, 4096)),
    said: null,
    starts: false,
    causes: wordless,
    on: everyLoader,
  },
  'kernel-truncated': {
    by: kernel(half),
    said: null,
    starts: false,
    causes: wordless,
    mayNeedReset: everyLoader,
    on: everyLoader,
  },
  'initramfs-missing': {
    by: ({ files, initramfs: path }) => files.remove(path),
    said: null,
    starts: false,
    causes: wordless,
    on: everyLoader,
    mayNeedReset: firmwareDecides,
  },
  'initramfs-corrupt': {
    by: initramfs(content => rotten(content, 0, content.length)),
    said: panicked,
    starts: true,
    causes: wordless,
  },
  'initramfs-truncated': { by: initramfs(half), said: /Initramfs unpacking failed/, starts: true, causes: wordless },
  'root-unknown': {
    by: ({ change }) =>
      change(before => before.replace(/root=UUID=\S+/, 'root=UUID=00000000-0000-4000-8000-000000000000')),
    said: /Rebooting automatically due to panic= boot argument/,
    starts: true,
    causes: wordless,
  },
  'init-fails': { by: args('init=/bin/false'), said: panicked, starts: true, causes: wordless, on: everyLoader },
  'panic-early': {
    by: inInitramfs('echo c > /proc/sysrq-trigger'),
    said: panicked,
    starts: true,
    causes: wordless,
  },
  'panic-late': {
    by: inUserspace('echo c > /proc/sysrq-trigger'),
    said: panicked,
    starts: true,
    causes: ['unconfirmed-reset'],
  },
  'hang-before-root': {
    by: inInitramfs('while :; do sleep 1000; done'),
    said: /enlighten: no root file system/,
    starts: true,
    causes: wordless,
    on: ['grub-bios', 'systemd-boot', 'extlinux'],
  },
  'userspace-hangs': {
    // The service manager stops first, then everything it has started, this very shell among it.
    by: inUserspace('for it in init.scope system.slice; do echo 1 > /sys/fs/cgroup/$it/cgroup.freeze; done'),
    said: /softdog: Initiating system reboot/,
    starts: true,
    causes: ['unconfirmed-reset'],
  },
  'manager-crashes': {
    by: inUserspace('kill -SEGV 1'),
    // Its own last words go to the journal.
    said: /reboot: Restarting system/,
    starts: true,
    causes: ['unconfirmed-reset'],
  },
  'card-gone': {
    by: args('module_blacklist=virtio_net'),
    said: /failed a required check: health:nics:1/,
    starts: true,
    causes: ['health:nics:1'],
  },
  'network-silent': {
    by: inUserspace('sleep 1; ip link set dev $(ls /sys/class/net | grep -v lo) down'),
    said: /failed a required check: health:addresses:1/,
    starts: true,
    causes: ['health:addresses:1'],
  },
};
