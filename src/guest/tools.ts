/**
 * Every program the agent may run, with its fixed leading arguments and its bounds. Nothing else is ever started,
 * nothing goes through a shell, and execa is loaded only when a program really runs (it costs more than a whole unchanged boot).
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EnlightenError, errno, saying } from '../errors.ts';
import type { Ran } from './guest.ts';

interface ToolRow {
  program: string;
  args: readonly string[];
  /** Seconds until it is killed. */
  seconds: number;
  /** What it prints is taken byte for byte, one character for each (`latin1`), whatever encoding it may be in. */
  bytes?: boolean;
  /** Bytes it may print; room for the largest environment document where nothing is said. */
  most?: number;
}

/** Programs that change nothing. */
const readOnly = {
  'failed-units': {
    program: 'systemctl',
    args: ['list-units', '--state=failed', '--plain', '--no-legend', '--no-pager', '--full'],
    seconds: 30,
  },
  /** What our units said since this boot. `--no-hostname`: whose machine it is does not matter. */
  'own-journal': {
    program: 'journalctl',
    args: [
      '--boot',
      '--unit=enlighten*',
      '--no-hostname',
      '--output=short-iso',
      '--lines=2000',
      '--quiet',
      '--no-pager',
    ],
    seconds: 30,
  },
  'queued-jobs': { program: 'systemctl', args: ['list-jobs', '--no-legend', '--no-pager'], seconds: 30 },
  /** One RPCI command as one argument: `info-get guestinfo.ovfEnv`. Answers in milliseconds, or the host does not answer. */
  'vmware-rpctool': { program: 'vmware-rpctool', args: [], seconds: 5, bytes: true },
  /** The same by the daemon's program, which may ask where the other is denied. */
  vmtoolsd: { program: 'vmtoolsd', args: ['--cmd'], seconds: 5, bytes: true },
  /** One of the host's numbers about this guest: `cpulimit`, `raw json resources`. Localized: a month's name is part of one answer. */
  'vmware-toolbox-cmd': { program: 'vmware-toolbox-cmd', args: ['stat'], seconds: 5, bytes: true },
  /** Exits with 0 where the tools set the clock, with 69 where they do not. */
  'vmware-timesync': { program: 'vmware-toolbox-cmd', args: ['timesync'], seconds: 10 },
  /** What a .deb says of itself, where its description is packed with xz. */
  'deb-fields': { program: 'dpkg-deb', args: ['--field'], seconds: 30 },
  /** The names of the packages that own files, one a line. */
  'rpm-owners': {
    program: 'rpm',
    args: ['--query', '--queryformat', '%{name}-%{version}-%{release}\\n', '--file'],
    seconds: 60,
  },
  /** Tables of one network interface (ethtool(8)). */
  'interface-rings': { program: 'ethtool', args: ['-g'], seconds: 5 },
  'interface-channels': { program: 'ethtool', args: ['-l'], seconds: 5 },
  'interface-features': { program: 'ethtool', args: ['-k'], seconds: 5 },
  /** Each file of packages with its digest: a kernel's 4,000 modules are 0.7 MiB. */
  'rpm-files': {
    program: 'rpm',
    args: [...['--query', '--queryformat'], '[%{=NAME}\\t%{=FILEDIGESTALGO}\\t%{FILEDIGESTS}\\t%{FILENAMES}\\n]'],
    seconds: 60,
    most: 16 * 1024 * 1024,
  },
  /** The value of one VirtualBox guest property. */
  'vbox-property': { program: 'VBoxControl', args: ['--nologo', 'guestproperty', 'get'], seconds: 5, bytes: true },
} as const satisfies Record<string, ToolRow>;

/** Programs that change the machine, or may. */
const changing = {
  /**
   * Not `systemctl reboot`: it asks logind first, over D-Bus, whose activation waits for basic.target, which waits for us (measured: 30 s
   * and no reboot). This talks to PID 1 alone, and does what that would do in the end (systemctl(1), --job-mode=).
   */
  reboot: {
    program: 'systemctl',
    args: ['start', '--no-block', '--job-mode=replace-irreversibly', 'reboot.target'],
    seconds: 30,
  },
  /** As `reboot`, into the kernel that is loaded. */
  kexec: {
    program: 'systemctl',
    args: ['start', '--no-block', '--job-mode=replace-irreversibly', 'kexec.target'],
    seconds: 30,
  },
  /** kexec_file_load(2): image, `--initrd=`, `--command-line=`. On a slow guest 20 s (an initramfs of 36 MB is copied). */
  'kexec-load': { program: 'kexec', args: ['-s', '-l'], seconds: 60 },
  'kexec-unload': { program: 'kexec', args: ['-s', '-u'], seconds: 30 },
  /** Reads .link files anew; without it udevd looks for new ones every three seconds (systemd, src/udev/udevd.c). */
  'reload-udev': { program: 'udevadm', args: ['control', '--reload'], seconds: 5 },
  /**
   * udev handles the interface, given as its path in sysfs, as if it had just appeared. Not `--settle`: that waits for an event of this very
   * path, which the new name ends (seen: no answer within 10 s, and the card had its name).
   */
  'announce-interface': { program: 'udevadm', args: ['trigger', '--action=add'], seconds: 10 },
  /** One word of one interface; the card may be down for a moment. */
  'set-interface-rings': { program: 'ethtool', args: ['-G'], seconds: 10 },
  'set-interface-channels': { program: 'ethtool', args: ['-L'], seconds: 10 },
  'set-interface-features': { program: 'ethtool', args: ['-K'], seconds: 10 },
  'set-vmware-timesync': { program: 'vmware-toolbox-cmd', args: ['timesync'], seconds: 10 },
  /** PID 1 reads unit files and drop-ins anew; what runs goes on. */
  'reload-units': { program: 'systemctl', args: ['daemon-reload'], seconds: 90 },
  /** Builds an initramfs anew, for one release: 15 s to 250 s (facts: 148 s in an emulated guest). */
  'update-initramfs': { program: 'update-initramfs', args: ['-u', '-k'], seconds: 1800 },
  'dracut-again': { program: 'dracut', args: ['--force', '--kver'], seconds: 1800 },
  /** 17 to 40 s in an emulated guest. */
  'update-grub': { program: 'update-grub', args: [], seconds: 300 },
  'flush-journal': { program: 'journalctl', args: ['--sync'], seconds: 10 },
  /** Flushes one file system, so that GRUB, which replays no journal, sees what was written (facts: `sync -f` was seen at once). */
  'flush-filesystem': { program: 'sync', args: ['--file-system'], seconds: 60 },
  /** Immutable are variables of the firmware (Documentation/filesystems/efivarfs.rst), and what extlinux installed (extlinux/main.c). */
  'unlock-file': { program: 'chattr', args: ['-i', '--'], seconds: 10 },
  'lock-file': { program: 'chattr', args: ['+i', '--'], seconds: 10 },
  /** One module by name, with what it needs; a blacklist of the distribution's is for autoloading only (modprobe.d(5)). */
  'load-module': { program: 'modprobe', args: ['--'], seconds: 10 },
  /** One module, only when nothing uses it; what it needed stays. */
  'unload-module': { program: 'rmmod', args: ['--'], seconds: 10 },
  /** Units that do not run are left alone; `--no-block`: at boot, their turn comes after ours. */
  'reload-unit': { program: 'systemctl', args: ['try-reload-or-restart', '--no-block', '--'], seconds: 30 },
  'restart-unit': { program: 'systemctl', args: ['try-restart', '--no-block', '--'], seconds: 30 },
  /** For this boot; stops what runs. `--no-block`: its answer may wait for a target that waits for us. */
  'mask-unit': { program: 'systemctl', args: ['mask', '--runtime', '--now', '--no-block', '--'], seconds: 30 },
  'stop-unit': { program: 'systemctl', args: ['stop', '--no-block', '--'], seconds: 30 },
  'unmask-unit': { program: 'systemctl', args: ['unmask', '--runtime', '--'], seconds: 30 },
  /** Builders of an initramfs: 15 s on an idle machine, 250 s on a busy one. In the background, after boot. */
  mkinitramfs: { program: 'mkinitramfs', args: [], seconds: 1800 },
  dracut: { program: 'dracut', args: [], seconds: 1800 },
  mkinitfs: { program: 'mkinitfs', args: [], seconds: 1800 },
  mkinitcpio: { program: 'mkinitcpio', args: [], seconds: 1800 },
  /** rename(2) of a file another program wrote; never into a folder. */
  rename: { program: 'mv', args: ['-f', '-T', '--'], seconds: 30 },
  /** One RPCI command that changes something: `info-set guestinfo.ovfEnv VALUE`. */
  'vmware-rpctool-set': { program: 'vmware-rpctool', args: [], seconds: 5 },
  'vmtoolsd-set': { program: 'vmtoolsd', args: ['--cmd'], seconds: 5 },
  'vbox-property-delete': { program: 'VBoxControl', args: ['--nologo', 'guestproperty', 'delete'], seconds: 5 },
  /**
   * Package managers, started after the boot by a unit with idle priority (kernel packages take minutes on a slow guest: 391 s measured).
   * None asks anybody anything. Without sources apt has no network to go to; it does not wait for another's lock, and what it cannot
   * resolve it refuses before anything is unpacked.
   */
  'apt-install': {
    program: 'env',
    args: [
      ...['DEBIAN_FRONTEND=noninteractive', 'apt-get', '--yes', '--quiet', '--no-install-recommends', '--no-remove'],
      ...['--option=Dir::Etc::SourceList=/dev/null', '--option=Dir::Etc::SourceParts=/dev/null'],
      ...[
        '--option=APT::Get::List-Cleanup=false',
        '--option=DPkg::Lock::Timeout=0',
        '--option=DPkg::Options::=--force-confold',
      ],
      'install',
    ],
    seconds: 3600,
  },
  'apt-refresh': { program: 'apt-get', args: ['--quiet', 'update'], seconds: 900 },
  'apk-refresh': { program: 'apk', args: ['update'], seconds: 900 },
  'apt-fetch': {
    program: 'env',
    args: [
      ...['DEBIAN_FRONTEND=noninteractive', 'apt-get', '--yes', '--quiet', '--no-install-recommends', '--no-remove'],
      ...['--option=DPkg::Lock::Timeout=0', '--option=DPkg::Options::=--force-confold', 'install'],
    ],
    seconds: 3600,
  },
  'dpkg-configure': {
    program: 'env',
    args: ['DEBIAN_FRONTEND=noninteractive', 'dpkg', '--force-confold', '--configure'],
    seconds: 3600,
  },
  'dpkg-install': {
    program: 'env',
    args: ['DEBIAN_FRONTEND=noninteractive', 'dpkg', '--force-confold', '--install'],
    seconds: 3600,
  },
  'dpkg-purge': { program: 'env', args: ['DEBIAN_FRONTEND=noninteractive', 'dpkg', '--purge'], seconds: 1800 },
  'dnf-install': {
    program: 'dnf',
    args: ['--assumeyes', '--disablerepo=*', '--setopt=installonly_limit=0', 'install'],
    seconds: 3600,
  },
  'dnf-fetch': { program: 'dnf', args: ['--assumeyes', '--setopt=installonly_limit=0', 'install'], seconds: 3600 },
  'tdnf-install': { program: 'tdnf', args: ['--assumeyes', '--disablerepo=*', 'install'], seconds: 3600 },
  'tdnf-fetch': { program: 'tdnf', args: ['--assumeyes', 'install'], seconds: 3600 },
  'zypper-install': {
    program: 'zypper',
    args: ['--non-interactive', '--no-remote', 'install', '--no-recommends', '--allow-unsigned-rpm'],
    seconds: 3600,
  },
  'zypper-fetch': { program: 'zypper', args: ['--non-interactive', 'install', '--no-recommends'], seconds: 3600 },
  'rpm-remove': { program: 'rpm', args: ['--erase'], seconds: 1800 },
  'apk-install': { program: 'apk', args: ['add', '--no-network'], seconds: 3600 },
  'apk-fetch': { program: 'apk', args: ['add'], seconds: 3600 },
  'apk-remove': { program: 'apk', args: ['del'], seconds: 1800 },
  /** A vendor's own check; the path is the first argument and was found in health.d, where others may not write to it. */
  'health-check': { program: 'env', args: ['--'], seconds: 120 },
} as const satisfies Record<string, ToolRow>;

export type ReadOnlyTool = keyof typeof readOnly;
export type Tool = ReadOnlyTool | keyof typeof changing;

const rows: Record<Tool, ToolRow> = { ...readOnly, ...changing };

/** Room for the largest environment document, 1 MiB, and a few words around it. */
const MAX_OUTPUT = 1024 * 1024 + 4096;

/** Where bytes matter: in the locale C vmtoolsd writes `\xc3` and the like for every byte beyond ASCII (GLib's g_print). */
const CHARACTERS_AS_THEY_ARE = { LC_ALL: 'C.UTF-8' };

/** Looked up by us: what is not there costs no library and no child process, at any boot. Without a PATH the C library has its own. */
const isInstalled = (program: string): boolean => {
  const folders = process.env['PATH']?.split(delimiter);
  return folders === undefined || folders.some(folder => existsSync(join(folder, program)));
};

/**
 * Runs a tool to its end.
 * @returns null when the program is not installed.
 * @throws EnlightenError `tool-failed` when it is killed or takes too long, `too-large` when it floods us; a non-zero exit
 * code is a result, not an error.
 */
export const runTool = async (tool: Tool, args: readonly string[]): Promise<Ran | null> => {
  const { program, args: leading, seconds, bytes = false, most = MAX_OUTPUT } = rows[tool];
  if (!isInstalled(program)) return null;
  const { execa } = await import('execa');
  const result = await execa(program, [...leading, ...args], {
    reject: false,
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: most,
    env: bytes ? CHARACTERS_AS_THEY_ARE : {},
    encoding: bytes ? 'latin1' : 'utf8',
    stdin: 'ignore',
    stripFinalNewline: false,
  });
  // A program whose pipe was closed on it may still end by itself, with an exit code, before the signal arrives.
  if (result.exitCode !== undefined && !result.isMaxBuffer) {
    return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
  }
  if (errno(result.cause) === 'ENOENT') return null;
  const on = [program, ...leading, ...args].join(' ');
  if (result.isMaxBuffer) {
    throw new EnlightenError('too-large', { tried: 'run', on, happened: `it printed more than ${most} bytes` });
  }
  throw new EnlightenError('tool-failed', {
    tried: 'run',
    on,
    happened: result.timedOut ? `no answer within ${seconds} s` : saying(result.cause ?? result.shortMessage),
    cause: result.cause,
  });
};
