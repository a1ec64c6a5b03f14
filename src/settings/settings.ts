/** The agent's own configuration; the table of keys is keys.ts. */

export type Source = 'command-line' | 'property' | 'file' | 'default';

/** One effective value and where it came from. */
export interface Setting<T> {
  value: T;
  source: Source;
}

export interface Settings {
  mode: Setting<'enforce' | 'plan' | 'off'>;
  /** `auto`, `keep`, or a flavour (`cloud`) or release (`6.1.0-50-cloud-amd64`). */
  kernel: Setting<string>;
  /** Boots a confirmed kernel has settled in before the kernels nobody needs are removed; 0: never. */
  'kernel.prune': Setting<number>;
  /** May packages come from the distribution's repositories? The vendor's word alone. */
  'packages.network': Setting<boolean>;
  /** SHA-256, hexadecimal, of the SHA256SUMS beside the environment on its disc; null: nothing there is used. */
  'packages.sha256': Setting<string | null>;
  reboot: Setting<'auto' | 'kexec' | 'firmware' | 'never'>;
  /** A profile's name; null: chosen by Detection. */
  profile: Setting<string | null>;
  workload: Setting<string | null>;
  tune: Setting<'on' | 'off'>;
  /** sysctl name (dotted) → value; each wins over the profile's line. */
  sysctl: Record<string, Setting<string>>;
  /** Remove the environment document at its source once it is stored. */
  scrub: Setting<boolean>;
  debug: Setting<boolean>;
}
