/** Hypervisors that show each other's names, and why the one that lost is not what this is. */
import type { Hypervisor } from './detection.ts';

interface Rivals {
  won: Hypervisor;
  lost: Hypervisor;
  /** Whole sentences without the capital: they follow a colon. */
  because: string;
}

const rivals: readonly Rivals[] = [
  {
    won: 'kvm',
    lost: 'qemu',
    because: 'QEMU is also the program that runs machines for KVM, and signs their firmware with or without it.',
  },
  {
    won: 'kvm',
    lost: 'hyperv',
    because:
      "KVM can show Hyper-V's signature, to make Windows guests fast or to hide itself; that makes it no Hyper-V.",
  },
  {
    won: 'xen',
    lost: 'hyperv',
    because:
      "Xen can show Hyper-V's signature, to make Windows guests fast (its setting `viridian`), and keeps its own above it.",
  },
  {
    won: 'xen',
    lost: 'kvm',
    because:
      "Xen can run inside KVM, and QEMU can emulate Xen on KVM; either way the devices of this guest are Xen's, and so must its drivers be.",
  },
  {
    won: 'virtualbox',
    lost: 'kvm',
    because: "VirtualBox borrows KVM's signature, so that Linux guests use the clock they already know.",
  },
  {
    won: 'virtualbox',
    lost: 'hyperv',
    because: 'VirtualBox borrows it for Windows guests, or itself runs on top of Hyper-V.',
  },
  { won: 'parallels', lost: 'kvm', because: "Parallels borrows KVM's signature." },
];

/** Null where the two are not known to be taken for each other. */
export const whyNot = (lost: string, won: Hypervisor): string | null =>
  rivals.find(pair => pair.won === won && pair.lost === lost)?.because ?? null;
