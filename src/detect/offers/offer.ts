/** One thing the hypervisor can do for this guest, and whether the guest takes it. */
export interface Offer {
  /** `kvm-steal-time` */
  id: string;
  /** For people. */
  title: string;
  /** Null where nothing tells. */
  offered: boolean | null;
  /** Null where the kernel does not show it. */
  inUse: boolean | null;
  /** What it would need to come into use; null where it is, where it is not offered, and where nothing is missing but a decision. */
  missing: Missing | null;
  /** Where that was read: `/dev/cpu/0/cpuid@0x40000001 eax bit 5 set`. */
  evidence: string[];
  reference: string;
}

/**
 * `module`: load it, it is there · `kernel`: a kernel built with this option · `package`: install it · `setting`: change this.
 */
export interface Missing {
  kind: 'module' | 'kernel' | 'package' | 'setting';
  name: string;
}

/** What every row of this folder's tables begins with. */
export type OfferRow = Pick<Offer, 'id' | 'title' | 'reference'>;

/** Puts the offer together. What is missing is told only of what is or may be offered, and not where nothing at all is known. */
export const offerOf = (
  { id, title, reference }: OfferRow,
  { offered, inUse, missing, evidence }: Pick<Offer, 'offered' | 'inUse' | 'missing' | 'evidence'>,
): Offer => ({
  id,
  title,
  offered,
  inUse: offered === false ? false : inUse,
  missing: offered === false || inUse === true || (offered ?? inUse) === null ? null : missing,
  evidence,
  reference,
});
