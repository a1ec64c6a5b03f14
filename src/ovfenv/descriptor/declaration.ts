/** What the appliance's descriptor says of one property (DSP0243 §9.5). Plain data: it is stored with the environment. */

/** Null where the descriptor says nothing. Numbers stay text: 64-bit ones do not fit into ours. */
export interface Qualifiers {
  /** Characters. */
  minLen: number | null;
  maxLen: number | null;
  /** The only values allowed. */
  valueMap: string[] | null;
  /** Not of the standard, seen in the field. */
  minValue: string | null;
  maxValue: string | null;
  /** `vmw:qualifiers` as written: `Ip`, `Ip('Network 1')`, `Netmask('Network 1')`. */
  vmware: string | null;
}

export interface Declaration {
  /** As written: `string`, `uint16`, `boolean`, `real32` …; null when it is not given. */
  type: string | null;
  /** Null: none. */
  default: string | null;
  qualifiers: Qualifiers;
  userConfigurable: boolean;
  password: boolean;
  /** The parts of the environment's key, `[class.]key[.instance]`, which only the descriptor can tell apart. */
  class: string | null;
  key: string;
  instance: string | null;
  label: string | null;
  description: string | null;
  /** The Category the property stands under. */
  category: string | null;
}
