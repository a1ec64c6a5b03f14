/**
 * What makes a machine VMware's. Processor, firmware, backdoor port and devices are QEMU's doing, and the kernel believes them; the
 * host's side of guestinfo is an emulator inside the guest. Debian's own clients run under it: a script before them on the PATH sees to
 * that, and keeps a record of who was asked for what.
 */
import { readFileSync } from 'node:fs';
import { compiled } from '../hypervisors/program.ts';
import type { Files } from './image/laid.ts';
import type { Hardware } from './machine/qemu.ts';

const serial = 'VMware-42 1d aa 5c 3c 9f 53 1b-90 0a 2a 53 e8 5c c1 11';

export const vmwareHardware = {
  machine: 'pc,vmport=on',
  disk: 'pvscsi',
  card: 'vmxnet3',
  smbios: [`type=1,manufacturer=VMware,, Inc.,product=VMware Virtual Platform,serial=${serial}`],
} satisfies Partial<Hardware>;

/** How VMware signs CPUID: for signedAs() of image/signature.ts. */
export const vmwareSignature = 'VMwareVMware';

/** One file for each key: what the host keeps. */
export const guestinfoFolder = '/var/lib/guestinfo';
export const variable = 'guestinfo.ovfEnv';

const asked = '/run/guestinfo-asked';
const clients = ['vmware-rpctool', 'vmtoolsd', 'vmware-toolbox-cmd'] as const;
type Client = (typeof clients)[number];

export const clientPath = (client: Client): string => `/usr/local/bin/${client}`;

/** @param options of the emulator */
export const clientScript = (client: Client, ...options: string[]): string => {
  const emulator = ['/usr/local/bin/vmware-backdoor', ...options, guestinfoFolder].join(' ');
  return `#!/bin/sh\necho "${client} $*" >> ${asked}\nexec ${emulator} -- /usr/bin/${client} "$@"\n`;
};

/** Shell lines that print who was asked for what since they were last run. */
export const takeAsked = `cat ${asked} 2> /dev/null; rm -f ${asked}`;

let emulator: Buffer | undefined;

/** The emulator, the scripts and what the host keeps, to be laid into an image. Compiles; not to be called before it is needed. */
export const guestinfoFiles = (document: string): Files => {
  emulator ??= readFileSync(compiled('vmware-backdoor', '-static'));
  const scripts = clients.map(client => [clientPath(client), clientScript(client)]);
  return {
    '/usr/local/bin/vmware-backdoor': emulator,
    ...Object.fromEntries(scripts),
    [`${guestinfoFolder}/${variable}`]: document,
  };
};
