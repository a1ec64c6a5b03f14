/** Ids of the agent's own two entries. Both are copies of a vendor's entry, so that what was proven is what boots. */
export const TRIAL = 'enlighten-trial';
export const PROVEN = 'enlighten-proven';
