/** What each word after `env` is given and gives back. */
import type { ParseArgsOptionsConfig } from 'node:util';
import type { Invocation } from '../../cli.ts';

export interface Form {
  /** `env get KEY` */
  usage: string;
  /** How many words may follow the form's name; the default is none. */
  words?: number;
  options?: ParseArgsOptionsConfig;
  /** @returns the exit code; 3 where there is no environment. */
  run(invocation: Invocation): Promise<number>;
}

/** There is no environment, or no such key. */
export const NONE = 3;
/** What was found must not be used; what is shown, if anything, is the last one. */
export const REFUSED = 1;
