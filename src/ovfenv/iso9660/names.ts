/** How a name is written on a disc: shortened and in capitals for ISO 9660 level 1 (ECMA-119 §7.4–7.6, §10.1), as it is for Joliet. */
import { EnlightenError } from '../../errors.ts';

/** What a file or folder is called in one of an image's trees: the bytes of its File Identifier. */
export interface Naming {
  escape: string;
  /** Text of a volume descriptor: the label. */
  text(value: string): Buffer;
  /** @param taken what is already in the folder, in the form this function returns */
  identifier(name: string, folder: boolean, taken: ReadonlySet<string>): string;
}

const capitals = (text: string, length: number): string =>
  text
    .toUpperCase()
    .replace(/[^A-Z0-9_]/g, '_')
    .slice(0, length);

/** NAME.EXT;1 of at most eight and three characters; where that is taken, the name ends with a number. */
const shortened = (name: string, folder: boolean, taken: ReadonlySet<string>): string => {
  const dot = folder ? -1 : name.lastIndexOf('.');
  const stem = capitals(dot > 0 ? name.slice(0, dot) : name, 8);
  const rest = folder ? '' : `.${dot > 0 ? capitals(name.slice(dot + 1), 3) : ''};1`;
  for (let number = 0; number < 1000; number++) {
    const short = number === 0 ? stem + rest : stem.slice(0, 5) + String(number).padStart(3, '0') + rest;
    if (!taken.has(short)) return short;
  }
  throw refused(name, 'a thousand files of the folder have the same short name');
};

/**
 * Joliet (Microsoft, "Joliet Specification", 1995): at most 64 characters of UCS-2, without these. Nor with a dot at the end, which
 * readers take away (Linux, fs/isofs/joliet.c).
 */
const whole = (name: string, folder: boolean, taken: ReadonlySet<string>): string => {
  if (name === '' || name.length > 64 || /[\0-\x1f*/:;?\\]|\.$/.test(name) || !name.isWellFormed())
    throw refused(name, 'a name on the disc has 1 to 64 characters and none of * / : ; ? \\, and no dot at its end');
  const long = folder ? name : `${name};1`;
  if (taken.has(long)) throw refused(name, 'the folder has two files of this name');
  return long;
};

const refused = (name: string, happened: string): EnlightenError =>
  new EnlightenError('usage', { tried: 'put on a disc', on: JSON.stringify(name.slice(0, 80)), happened });

export const plain: Naming = { escape: '', text: value => Buffer.from(value, 'latin1'), identifier: shortened };

/** `%/E`: UCS-2 level 3. */
export const joliet: Naming = {
  escape: '%/E',
  text: value => Buffer.from(value, 'utf16le').swap16(),
  identifier: whole,
};
