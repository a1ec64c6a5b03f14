/** What every command is given and gives back. */
import type { ParseArgsOptionsConfig } from 'node:util';
import type { Bytes, WritableGuest } from './guest/guest.ts';
import type { Log } from './log.ts';

export interface Invocation {
  guest: WritableGuest;
  log: Log;
  json: boolean;
  /** Words after the command's name that are no options. */
  words: string[];
  /** The command's own options; a list where one may be given several times. */
  options: Record<string, string | boolean | string[] | undefined>;
  /** Standard input to its end; EnlightenError `too-large` beyond `max` bytes. */
  input: (max: Bytes) => Promise<Buffer>;
  /** Writes to standard output. */
  print: (text: string) => void;
}

export interface Command {
  /** `env get KEY`; one line for each form. */
  usage: string;
  /** One line for the table of commands. */
  summary: string;
  options?: ParseArgsOptionsConfig;
  /** How many words may follow the command's name; the default is none. */
  words?: number;
  /** @returns the exit code of design.md, "Commands". */
  run(invocation: Invocation): Promise<number>;
}

/** Options of every command. */
export const commonOptions = {
  json: { type: 'boolean' },
  root: { type: 'string' },
  verbose: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

export const printJson = ({ print }: Invocation, document: unknown): void => print(`${JSON.stringify(document)}\n`);
