/** A check of the trial that failed. */
export interface Finding {
  check: string;
  /** The check's exit code; 124 where it did not end by itself (timeout(1)); 1 for the agent's own. */
  exit: number;
  /** What it said, for the person who reads the Notice. */
  said: string;
}

/** The cause of design.md: `health:NAME:exit`. */
export const causeOf = ({ check, exit }: Finding): string => `health:${check}:${exit}`;
