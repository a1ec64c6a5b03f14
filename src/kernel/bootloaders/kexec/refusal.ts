/** Everything that keeps this machine from starting a kernel by kexec. Cheapest first. */
import type { Guest, Path } from '../../../guest/guest.ts';
import { kexecNotice as notice } from '../../../notices/kexec.ts';
import { type Check, first } from '../check.ts';

const LOADED = '/sys/kernel/kexec_loaded';

const PROGRAM = ['/usr/sbin/kexec', '/sbin/kexec', '/usr/bin/kexec'];
const TARGET = ['/usr/lib/systemd/system/kexec.target', '/lib/systemd/system/kexec.target'];

const anyOf = async (guest: Guest, paths: readonly Path[]): Promise<boolean> =>
  (await Promise.all(paths.map(path => guest.stat(path)))).some(stat => stat !== null);

const installed: Check = async guest => {
  if (!(await anyOf(guest, PROGRAM))) return notice('kexec-absent', 'kexec', 'kexec-tools is not installed');
  return (await anyOf(guest, TARGET)) ? null : notice('kexec-absent', 'kexec.target', 'systemd does not run here');
};

/** Of the running kernel, where its package put it. */
const configuration = async (guest: Guest): Promise<string | null> => {
  const release = await guest.text('/proc/sys/kernel/osrelease');
  return guest.text(`/boot/config-${release}`, 1024 * 1024);
};

/** The file of kexec_core (kernel/ksysfs.c); kexec_file_load(2), which alone checks signatures, is an option of its own. */
const compiled: Check = async guest => {
  if ((await guest.stat(LOADED)) === null) return notice('kexec-absent', LOADED, 'the running kernel has no kexec');
  const config = await configuration(guest);
  return config === null || /^CONFIG_KEXEC_FILE=y$/m.test(config)
    ? null
    : notice('kexec-absent', 'CONFIG_KEXEC_FILE', 'the running kernel was built without it');
};

/** Documentation/admin-guide/sysctl/kernel.rst: 1 disables for good; a limit of 0 leaves no load, -1 is none. */
const allowed: Check = async guest => {
  const disabled = '/proc/sys/kernel/kexec_load_disabled';
  const limit = '/proc/sys/kernel/kexec_load_limit_reboot';
  if ((await guest.text(disabled)) === '1') return notice('kexec-forbidden', disabled, 'it is 1');
  return (await guest.text(limit)) === '0' ? notice('kexec-forbidden', limit, 'it is 0') : null;
};

/** `none [integrity] confidentiality`: locked down, only a kernel whose signature kexec_file_load checks may follow (kernel_lockdown(7)). */
const lockdown: Check = async guest => {
  const file = '/sys/kernel/security/lockdown';
  const level = /\[(\w+)\]/.exec((await guest.text(file)) ?? '')?.[1] ?? 'none';
  if (level === 'none') return null;
  const checksSignatures = /^CONFIG_KEXEC_SIG=y$/m.test((await configuration(guest)) ?? '');
  return checksSignatures ? null : notice('kexec-forbidden', file, `${level}, and this kernel checks no signatures`);
};

/** A Xen PV guest has no hardware to jump on: its pages belong to the hypervisor's map (xen, docs/misc/kexec_and_kdump.txt). */
const xen: Check = async guest =>
  (await guest.text('/sys/hypervisor/guest_type')) === 'PV' ? notice('kexec-guest', 'Xen PV') : null;

/** What the hypervisor may not see: the next kernel would find memory whose state it does not know. */
const CONFIDENTIAL: Record<string, string> = { tdx_guest: 'Intel TDX', sev_snp: 'AMD SEV-SNP' };

const confidential: Check = async guest => {
  const flags = /^flags\s*:(.*)$/m.exec((await guest.text('/proc/cpuinfo', 16 * 1024)) ?? '')?.[1]?.split(' ') ?? [];
  const found = Object.keys(CONFIDENTIAL).find(flag => flags.includes(flag));
  const device = (await guest.stat('/dev/sev-guest')) ?? (await guest.stat('/dev/tdx_guest'));
  if (found !== undefined) return notice('kexec-guest', CONFIDENTIAL[found] ?? found);
  return device === null ? null : notice('kexec-guest', 'a confidential guest');
};

const free: Check = async guest => ((await guest.text(LOADED)) === '1' ? notice('kexec-taken', LOADED) : null);

/** The first reason why no kernel can be started by kexec; null when there is none. */
export const kexecRefusal: Check = first(installed, compiled, allowed, lockdown, xen, confidential, free);
