/** "This is a virtual machine", as the firmware declares it: SMBIOS type 0, extension byte 2, bit 4 (DSP0134, section 7.1.2.2). */
import type { Probe } from './probe.ts';
import { informs } from './probe.ts';

export const BIOS_INFORMATION = '/sys/firmware/dmi/entries/0-0/raw';
/** Of the formatted part, at offset 1; the strings follow it, and a table of an older SMBIOS ends before the byte we want. */
const LENGTH = 1;
const EXTENSION_BYTE_2 = 0x13;
const VIRTUAL_MACHINE = 1 << 4;

/** Readable by root only; says `virtual machine` or `no virtual machine`. */
export const smbios: Probe = async guest => {
  const table = await guest.read(BIOS_INFORMATION, 4096).catch(() => null);
  const extension = table?.[EXTENSION_BYTE_2];
  if (extension === undefined || (table?.[LENGTH] ?? 0) <= EXTENSION_BYTE_2) return [];
  const declared = (extension & VIRTUAL_MACHINE) !== 0;
  return [informs('smbios', BIOS_INFORMATION, declared ? 'virtual machine' : 'no virtual machine')];
};
