/** /proc/sysinfo of s390: what STSI reports, the innermost level in lines that start with VM00. */
import type { Hypervisor } from '../detection.ts';
import type { Probe } from './probe.ts';

const SYSINFO = '/proc/sysinfo';

/** In this order: a machine under z/VM or KVM lies in a logical partition too. */
const lines: { matches: RegExp; supports: Hypervisor }[] = [
  { matches: /^VM00 Control Program:\s*(z\/VM.*)$/m, supports: 'zvm' },
  { matches: /^VM00 Control Program:\s*(KVM.*)$/m, supports: 'kvm' },
  { matches: /^VM00 Control Program:\s*(\S.*)$/m, supports: 'other' },
  { matches: /^LPAR Number:\s*(\d+)$/m, supports: 'lpar' },
];

export const sysinfo: Probe = async guest => {
  const text = (await guest.text(SYSINFO, 64 * 1024)) ?? '';
  for (const { matches, supports } of lines) {
    const value = matches.exec(text)?.[1]?.trim();
    if (value) return [{ probe: 'sysinfo', source: SYSINFO, value, supports }];
  }
  return [];
};
