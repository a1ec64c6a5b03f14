/** What Xen offers: its own features file, and the CPUID leaf for full machines (xen/include/public/features.h, arch-x86/cpuid.h). */
import { XEN } from '../probes/xen.ts';
import { type FeatureRow, featureOffers } from './features.ts';
import type { Ground } from './ground.ts';
import { type Offer, type OfferRow, offerOf } from './offer.ts';

const features: (OfferRow & { bit: number })[] = [
  { bit: 0, id: 'xen-writable-page-tables', title: 'page tables that may be written' },
  { bit: 1, id: 'xen-writable-descriptor-tables', title: 'descriptor tables that may be written' },
  { bit: 2, id: 'xen-auto-translated-physmap', title: 'addresses translated by the hypervisor' },
  { bit: 3, id: 'xen-supervisor-mode-kernel', title: 'a kernel in supervisor mode' },
  { bit: 4, id: 'xen-pae-pgdir-above-4gb', title: 'page directories above 4 GB' },
  { bit: 5, id: 'xen-mmu-pt-update-preserve-ad', title: 'page table updates that keep accessed and dirty' },
  { bit: 7, id: 'xen-gnttab-map-avail-bits', title: 'grant mappings with flags' },
  { bit: 8, id: 'xen-hvm-callback-vector', title: 'events by interrupt vector' },
  { bit: 9, id: 'xen-hvm-safe-pvclock', title: 'paravirtual clock in full machines' },
  { bit: 10, id: 'xen-hvm-pirqs', title: 'physical interrupts as events' },
  { bit: 13, id: 'xen-memory-op-vnode', title: 'memory by virtual NUMA node' },
  { bit: 15, id: 'xen-linux-rsdp-unrestricted', title: 'ACPI tables anywhere' },
  { bit: 16, id: 'xen-not-direct-mapped', title: 'memory that is not mapped one to one' },
  { bit: 17, id: 'xen-direct-mapped', title: 'memory mapped one to one' },
].map(row => ({ ...row, reference: 'xen/include/public/features.h' }));

const bit = (at: number, name: string, title: string, more: Partial<FeatureRow> = {}): FeatureRow => ({
  id: `xen-${name}`,
  title,
  reference: 'xen/include/public/arch-x86/cpuid.h, leaf 0x40000x04',
  leaf: 4,
  register: 'eax',
  bit: at,
  config: 'CONFIG_XEN_PVHVM',
  ...more,
});

const cpuid: readonly [FeatureRow, ...FeatureRow[]] = [
  bit(0, 'apic-access-virt', 'APIC registers virtualized by the processor'),
  bit(1, 'x2apic-virt', 'x2APIC virtualized by the processor'),
  bit(2, 'iommu-mappings', "IOMMU entries for other domains' memory"),
  bit(3, 'vcpu-id', 'the number of this processor'),
  bit(4, 'domid', 'the number of this domain'),
  bit(5, 'ext-dest-id', 'more than 255 processors without an IOMMU'),
  bit(6, 'upcall-vector', 'events for each processor by its own vector', { interrupt: 'HYP' }),
];

/** The file holds hexadecimal without 0x, or `<denied>` (Documentation/ABI/stable/sysfs-hypervisor-xen). */
const fromFile = async ({ guest }: Ground): Promise<Offer[]> => {
  const written = (await guest.text(XEN.features)) ?? '';
  if (!/^[0-9a-f]{1,8}$/i.test(written)) return [];
  const bits = Number.parseInt(written, 16);
  return features.map(({ bit, ...row }) => {
    const offered = ((bits >>> bit) & 1) === 1;
    const evidence = [`${XEN.features} bit ${bit} ${offered ? 'set' : 'clear'}`];
    return offerOf(row, { offered, inUse: null, missing: null, evidence });
  });
};

const XENBUS = '/dev/xen/xenbus';

/** The store through which toolstack and guest tell each other things; the kernel makes its device in every Xen domain. */
const xenstore = async ({ guest, detection }: Ground): Promise<Offer> => {
  const there = (await guest.stat(XENBUS)) !== null;
  const row = {
    id: 'xenstore',
    title: 'key-value pairs with the host',
    reference: 'drivers/xen/xenbus/xenbus_dev_frontend.c',
  };
  const evidence = there ? [XENBUS] : detection.hypervisor === 'xen' ? ['the hypervisor is xen'] : [];
  return offerOf(row, { offered: evidence.length > 0, inUse: there, missing: null, evidence });
};

export const xenOffers = async (ground: Ground): Promise<Offer[]> => [
  await xenstore(ground),
  ...(await fromFile(ground)),
  ...(await featureOffers(ground, 'xen', cpuid)),
];
