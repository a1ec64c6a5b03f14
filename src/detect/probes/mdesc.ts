/**
 * SPARC's logical domains. The firmware of sun4v machines is itself the hypervisor, and gives every operating system on it a
 * machine description, which the kernel shows as /dev/mdesc (arch/sparc/kernel/mdesc.c; virt-what, ldoms).
 */
import type { Evidence } from '../detection.ts';
import type { Probe } from './probe.ts';
import { informs } from './probe.ts';

const DEVICE = '/dev/mdesc';
/** The virtual logical domain services that only the control domain is given. */
const CONTROL = '/sys/class/vlds/ctrl';

export const mdesc: Probe = async guest => {
  if ((await guest.stat(DEVICE)) === null) return [];
  const seen: Evidence[] = [{ probe: 'mdesc', source: DEVICE, value: 'exists', supports: 'ldoms' }];
  if ((await guest.stat(CONTROL)) !== null) seen.push(informs('mdesc', CONTROL, 'the control domain'));
  return seen;
};
