import type { Evidence, Hypervisor } from './detection.ts';
import { hypervisors } from './detection.ts';

const isHypervisor = (word: string | null): word is Hypervisor => hypervisors.some(known => known === word);

/** Evidence about the container is a separate answer, and may use the same words (`other`). */
const aboutTheMachine = ({ probe }: Evidence): boolean => probe !== 'container';

/** The collected evidence, in the form in which the rules of the policy ask for it. */
export class Seen {
  readonly #evidence: readonly Evidence[];

  constructor(evidence: readonly Evidence[]) {
    this.#evidence = evidence.filter(aboutTheMachine);
  }

  /** What stood at a source; null when it was absent. */
  at(source: string): string | null {
    return this.#evidence.find(item => item.source === source)?.value ?? null;
  }

  /** Every source and value a probe reported. */
  from(probe: string): Evidence[] {
    return this.#evidence.filter(item => item.probe === probe);
  }

  /** The hypervisors these probes' evidence speaks for, in the order of the probe's table; all probes when none is named. */
  named(...probes: string[]): Hypervisor[] {
    return this.#evidence
      .filter(({ probe }) => probes.length === 0 || probes.includes(probe))
      .map(({ supports }) => supports)
      .filter(isHypervisor);
  }

  /** The processor's hypervisor bit; null where it cannot be read, and everywhere but on x86. */
  get hypervisorBit(): boolean | null {
    const bits = [...this.from('cpuid'), ...this.from('cpuinfo')].filter(({ value }) =>
      /^hypervisor (bit|flag) /.test(value),
    );
    return bits.length === 0 ? null : bits.some(({ value }) => value.endsWith(' set'));
  }
}
