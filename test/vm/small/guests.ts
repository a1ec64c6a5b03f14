import { basename } from 'node:path';
import type { Machine } from '../machine/machine.ts';
import { asking, type Said, understood } from './detectors.ts';
import { guestMemory } from './hardware.ts';

/**
 * Guests inside a small machine. Each boots the stock small machine, whose only program is the question what it finds itself on; the
 * answer stands on its console. Twice emulated, a boot takes minutes.
 */
const patience = 1500;

/** Kernel and initramfs come on two disks; the tools want them as files. */
const unpack = '[ -e /run/initramfs ] || { cat /dev/vda > /run/kernel; cat /dev/vdb > /run/initramfs; }';

const guestArguments = (console: string) => `console=${console} panic=1 loglevel=6 lab.run=${asking}`;

/** A KVM guest of this machine. @param cpu QEMU's `-cpu` @param more other arguments, as the shell reads them */
export async function kvmGuest(vm: Machine, cpu: string, more = ''): Promise<Said> {
  const machine = `-accel kvm -cpu ${cpu} -m ${guestMemory} -nodefaults -display none -no-reboot ${more}`;
  const boot = `-kernel /run/kernel -initrd /run/initramfs -append '${guestArguments('ttyS0')}'`;
  await vm.ok(unpack, patience);
  await vm.ok(`qemu-system-x86_64 ${machine} -serial file:/run/console ${boot}`, patience);
  return understood(await vm.ok('cat /run/console', patience));
}

export interface XenGuest {
  type: 'pv' | 'pvh' | 'hvm';
  /** Written below the guest's own folder in xenstore before it runs: path → value. */
  store: Record<string, string>;
}

/** A guest of this dom0, whose tool stack runs (files/usr/local/lib/lab/dom0). */
export async function xenGuest(vm: Machine, guest: XenGuest): Promise<Said> {
  // On a busy host QEMU's emulated SVM loses a timer now and then, and Xen halts for good. Any interrupt ends that, such as a key's.
  const key = setInterval(() => vm.running && vm.console.type('\n'), 2000);
  try {
    return await answerOf(vm, guest);
  } finally {
    clearInterval(key);
  }
}

async function answerOf(vm: Machine, { type, store }: XenGuest): Promise<Said> {
  const { log, before } = boots[type];
  await vm.ok(unpack, patience);
  await vm.ok(before, patience);
  await vm.write(`/run/${type}.cfg`, configuration(type));
  const xl = '/usr/lib/xen-4.17/bin/xl';
  await vm.ok(`${xl} create -p /run/${type}.cfg`, patience);
  for (const [path, value] of Object.entries(store)) {
    await vm.write('/run/value', value);
    await vm.ok(`xenstore-write /local/domain/$(${xl} domid ${type})/${path} "$(cat /run/value)"`, patience);
  }
  await vm.ok(`tail -n +1 -F ${log} > /dev/console 2> /dev/null &`, patience); // so that a guest that hangs can be looked at
  await vm.ok(`${xl} unpause ${type}; while ${xl} domid ${type} 2> /dev/null; do sleep 2; done`, patience);
  return understood(await vm.ok(`cat ${log}`, patience));
}

const firstStage = '/run/first-stage';
/** Beyond xvdd a disk is paravirtual only (xen-vbd-interface(7)). */
const disk = '/dev/xvde';

interface Boot {
  /** What dom0 makes for it first. */
  before: string;
  /** The kernel's name for it. */
  console: string;
  /** Where dom0 keeps what is said there. */
  log: string;
  /** xl.cfg(5). */
  lines: string[];
}

/** The domain builder hands a PV or PVH guest its initramfs at once; an HVM guest fetches it itself (files/…/first-stage). */
const boots: Record<XenGuest['type'], Boot> = {
  pv: {
    before: 'true',
    console: 'hvc0',
    log: '/var/log/xen/console/guest-pv.log',
    lines: ['ramdisk = "/run/initramfs"'],
  },
  pvh: {
    before: 'true',
    console: 'hvc0',
    log: '/var/log/xen/console/guest-pvh.log',
    lines: ['ramdisk = "/run/initramfs"'],
  },
  hvm: {
    before: `sh /usr/local/lib/lab/first-stage ${firstStage} ${disk}`,
    console: 'ttyS0',
    log: '/run/console',
    // Written to by nobody, but QEMU 7.2 refuses to give out a read-only file as a disk of Xen (“Block node is read-only”).
    lines: [
      `ramdisk = "${firstStage}"`,
      `disk = ["format=raw, vdev=${basename(disk)}, access=rw, backendtype=qdisk, target=/run/initramfs"]`,
      'vga = "none"',
      'nographic = 1',
      'serial = "file:/run/console"',
    ],
  },
};

function configuration(type: XenGuest['type']): string {
  const { console, lines } = boots[type];
  const common = [`name = "${type}"`, `type = "${type}"`, 'vcpus = 1', `memory = ${guestMemory}`];
  const ends = ['on_poweroff = "destroy"', 'on_reboot = "destroy"', 'on_crash = "destroy"'];
  const kernel = ['kernel = "/run/kernel"', `extra = "${guestArguments(console)}"`];
  return [...common, ...ends, ...kernel, ...lines, ''].join('\n');
}
