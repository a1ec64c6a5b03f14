/** A table: command name → the file that knows it. Nothing of a command is loaded before it is called. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { type Command, commonOptions, type Invocation } from './cli.ts';
import { EnlightenError, type ErrorCode, saying } from './errors.ts';
import { openGuest } from './guest/open.ts';
import { readInput } from './input.ts';
import { openLog } from './log.ts';
import { VERSION } from './version.ts';

const commands: Record<string, () => Promise<{ command: Command }>> = {
  boot: () => import('./commands/boot.ts'),
  detect: () => import('./commands/detect.ts'),
  resources: () => import('./commands/resources.ts'),
  env: () => import('./commands/env.ts'),
  plan: () => import('./commands/plan.ts'),
  apply: () => import('./commands/apply.ts'),
  status: () => import('./commands/status.ts'),
  debug: () => import('./commands/debug.ts'),
  confirm: () => import('./commands/confirm.ts'),
  rollback: () => import('./commands/rollback.ts'),
  undo: () => import('./commands/undo.ts'),
  prepare: () => import('./commands/prepare.ts'),
  seal: () => import('./commands/seal.ts'),
  capture: () => import('./commands/capture.ts'),
  background: () => import('./commands/background.ts'),
  trial: () => import('./commands/trial.ts'),
  profiles: () => import('./commands/profiles.ts'),
};

/** One table for every way a command can fail; commands return the codes of their own answers. */
const exitCodes: Partial<Record<ErrorCode, number>> = { usage: 2 };
const FAILED = 1;

const usageError = (happened: string): EnlightenError =>
  new EnlightenError('usage', {
    tried: 'understand',
    on: 'the command line',
    happened,
    remedy: 'See `enlighten --help`.',
  });

const overview = async (): Promise<string> => {
  const rows = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => `  ${name.padEnd(10)}${(await load()).command.summary}\n`),
  );
  return `enlighten ${VERSION}\nusage: enlighten COMMAND [--json] [--root DIR] [--verbose] [--help]\n\n${rows.join('')}`;
};

const helpFor = ({ usage, summary, options = {} }: Command): string => {
  const all: ParseArgsOptionsConfig = { ...options, ...commonOptions };
  const flags = Object.entries(all).map(
    ([name, { type, short, multiple }]) =>
      `  ${short ? `-${short}, ` : ''}--${name}${type === 'string' ? ' VALUE' : ''}${multiple ? ' …' : ''}\n`,
  );
  return `${summary}\n\nusage:\n${usage.replace(/^/gm, '  enlighten ')}\n\noptions:\n${flags.join('')}`;
};

const parse = (command: Command, args: string[]) => {
  try {
    return parseArgs({ args, allowPositionals: true, options: { ...command.options, ...commonOptions } });
  } catch (error) {
    throw usageError(saying(error));
  }
};

const print = (text: string): void => {
  process.stdout.write(text);
};

/** An answer that needs no command. */
const answer = (text: string): number => {
  print(text);
  return 0;
};

const main = async ([name = '--help', ...args]: string[]): Promise<number> => {
  if (name === '--version') return answer(`${VERSION}\n`);
  if (name === '--help' || name === '-h' || name === 'help') return answer(await overview());
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw usageError(`there is no command ${name}`);
  const { command } = await load();
  const { values, positionals } = parse(command, args);
  if (values.help === true) return answer(helpFor(command));
  const surplus = positionals[command.words ?? 0];
  if (surplus !== undefined) throw usageError(`what ${surplus} is for is not clear`);
  const root = typeof values.root === 'string' ? values.root : '/';
  const guest = openGuest(root);
  // Before anything is written: a mistyped folder would be created, and filled.
  if (root === '' || (await guest.stat('/'))?.kind !== 'folder') throw usageError(`there is no folder ${root}`);
  const invocation: Invocation = {
    guest,
    log: openLog(values.verbose === true),
    json: values.json === true,
    words: positionals,
    options: values as Invocation['options'],
    input: readInput,
    print,
  };
  return command.run(invocation);
};

/** A person reads the message and what to do; `cause` is for --verbose. */
const report = (error: unknown): number => {
  const log = openLog(process.argv.includes('--verbose'));
  log('error', `enlighten: ${saying(error)}`);
  if (!(error instanceof EnlightenError)) {
    log('debug', error instanceof Error ? (error.stack ?? '') : '');
    return FAILED;
  }
  if (error.remedy !== null) log('error', error.remedy);
  return exitCodes[error.code] ?? FAILED;
};

process.stdout.on('error', error => {
  // `enlighten status | head` closes the pipe; that is no failure of ours.
  if ('code' in error && error.code === 'EPIPE') process.exit(0);
  throw error;
});

void main(process.argv.slice(2))
  .catch(report)
  .then(code => {
    process.exitCode = code;
  });
