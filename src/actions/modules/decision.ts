/** What administrators decided about a module: their lines win over every profile. */
import { saying } from '../../errors.ts';
import type { Bytes, Guest, Path } from '../../guest/guest.ts';

const MAX_SIZE: Bytes = 256 * 1024;
/** Not /usr/lib: what lies there is the distribution's. Not /run: what lies there is ours. */
const MODPROBE: Path = '/etc/modprobe.d';
const LOAD: Path = '/etc/modules-load.d';
/** Debian's older list, read through a link in /etc/modules-load.d. */
const MODULES: Path = '/etc/modules';
const COMMAND_LINE: Path = '/proc/cmdline';

/** The line that decides: `/etc/modprobe.d/local.conf: blacklist floppy`. */
export type Decision = { line: string } | { unknown: string } | null;

const named = (word: string | undefined, module: string): boolean => word?.replaceAll('-', '_') === module;

/** A word's value on the kernel command line, split at commas: `modprobe.blacklist=a,b`, `module_blacklist=a`. */
const listedIn = (word: string, module: string): boolean =>
  /^(modprobe\.blacklist|module_blacklist)=/.test(word) &&
  word
    .slice(word.indexOf('=') + 1)
    .split(',')
    .some(name => named(name, module));

interface Line {
  from: Path;
  text: string;
  words: string[];
}

/** Lines without comments; one that ends in a backslash goes on in the next (modprobe.d(5)). */
const linesOf = async (guest: Guest, from: Path): Promise<Line[]> => {
  const text = (await guest.read(from, MAX_SIZE))?.toString('utf8') ?? '';
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !/^[#;]/.test(line))
    .map(line => ({ from, text: line, words: line.split(/\s+/) }));
};

const linesIn = async (guest: Guest, folder: Path): Promise<Line[]> => {
  const files = (await guest.list(folder)).filter(name => name.endsWith('.conf'));
  return (await Promise.all(files.map(name => linesOf(guest, `${folder}/${name}`)))).flat();
};

const commandLineWords = async (guest: Guest): Promise<Line[]> =>
  ((await guest.text(COMMAND_LINE, 64 * 1024)) ?? '')
    .split(/\s+/)
    .map(word => ({ from: COMMAND_LINE, text: word, words: [word] }));

const deciding = async (read: () => Promise<Line[]>, decides: (line: Line) => boolean): Promise<Decision> => {
  try {
    const line = (await read()).findLast(decides);
    return line === undefined ? null : { line: `${line.from}: ${line.text}` };
  } catch (error) {
    return { unknown: saying(error) };
  }
};

/** Kept from loading: a blacklist, or a command that is run instead. */
export const againstLoading = (guest: Guest, module: string): Promise<Decision> =>
  deciding(
    async () => [...(await linesIn(guest, MODPROBE)), ...(await commandLineWords(guest))],
    ({ from, words: [verb = '', name] }) =>
      from === COMMAND_LINE ? listedIn(verb, module) : ['blacklist', 'install'].includes(verb) && named(name, module),
  );

/** Loaded at each boot by their own list. */
export const forLoading = (guest: Guest, module: string): Promise<Decision> =>
  deciding(
    async () => [...(await linesIn(guest, LOAD)), ...(await linesOf(guest, MODULES))],
    ({ words: [name] }) => named(name, module),
  );

/** The same parameter, given a value elsewhere. */
export const aboutParameter = (guest: Guest, module: string, parameter: string): Promise<Decision> =>
  deciding(
    async () => [...(await linesIn(guest, MODPROBE)), ...(await commandLineWords(guest))],
    ({ from, words: [verb = '', name, ...rest] }) => {
      const gives = (word: string) => word === parameter || word.startsWith(`${parameter}=`);
      if (from !== COMMAND_LINE) return verb === 'options' && named(name, module) && rest.some(gives);
      const dot = verb.indexOf('.');
      return named(verb.slice(0, Math.max(dot, 0)), module) && gives(verb.slice(dot + 1));
    },
  );
