import type { Evidence, Hypervisor } from './detection.ts';
import { hypervisors } from './detection.ts';

const isHypervisor = (word: string | null): word is Hypervisor => hypervisors.some(known => known === word);

/** Evidence about the container is a separate answer, and may use the same words (`other`). */
const aboutTheMachine = ({ probe }: Evidence): boolean => probe !== 'container';

/** The collected evidence, in the form in which the rules of the policy ask for it. */
export class Seen {
  /** Everything that was seen of the machine, in the order of the probes and of their tables. */
  readonly all: readonly Evidence[];

  constructor(evidence: readonly Evidence[]) {
    this.all = evidence.filter(aboutTheMachine);
  }

  /** What stood at a source; null when it was absent. */
  at(source: string): string | null {
    return this.all.find(item => item.source === source)?.value ?? null;
  }

  /** Every source and value a probe reported. */
  from(probe: string): Evidence[] {
    return this.all.filter(item => item.probe === probe);
  }

  /** The hypervisors that such evidence speaks for, in the order of the probes and of their tables. */
  naming(which: (item: Evidence) => boolean): Hypervisor[] {
    return this.all
      .filter(which)
      .map(({ supports }) => supports)
      .filter(isHypervisor);
  }

  /** The hypervisors these probes' evidence speaks for. */
  named(...probes: string[]): Hypervisor[] {
    return this.naming(({ probe }) => probes.includes(probe));
  }

  /** The processor's hypervisor bit; null where it cannot be read, and everywhere but on x86. */
  get hypervisorBit(): boolean | null {
    const bits = [...this.from('cpuid'), ...this.from('cpuinfo')].filter(({ value }) =>
      /^hypervisor (bit|flag) /.test(value),
    );
    return bits.length === 0 ? null : bits.some(({ value }) => value.endsWith(' set'));
  }
}
