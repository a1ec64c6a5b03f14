/** Who makes a device what it is: the hypervisor for guests, the hypervisor after a real card, or the card itself. */
import type { Hypervisor } from '../detection.ts';

/**
 * `paravirtual`: made for guests, no such hardware exists · `emulated`: imitates real hardware, or speaks a hardware standard in software ·
 * `passed-through`: real hardware, or a function of it, handed to this guest.
 */
export type Nature = 'paravirtual' | 'emulated' | 'passed-through';

/** What was concluded about one device, and why. */
export interface JudgedNature {
  nature: Nature;
  /** For people: `VMware's paravirtual SCSI controller`. */
  because: string;
  reference: string;
}

/** A row of the tables in this folder; the first that fits counts. */
export interface NatureRow extends JudgedNature {
  modalias: RegExp;
  /** Only where the verdict is one of these: the same ids are real hardware elsewhere. */
  on?: readonly Hypervisor[];
}

/**
 * Matches `pci:v00001AF4d00001041sv…`.
 * @param vendor four hexadecimal digits in capitals
 * @param device a pattern for four more; every device of the vendor when left out
 */
export const pci = (vendor: string, device = '....'): RegExp => new RegExp(`^pci:v0000${vendor}d0000(${device})sv`);

/** Matches the subsystem ids, by which the maker of an imitation signs it. */
export const pciSubsystem = (vendor: string, device = '....'): RegExp =>
  new RegExp(`^pci:v.{8}d.{8}sv0000${vendor}sd0000(${device})bc`);
