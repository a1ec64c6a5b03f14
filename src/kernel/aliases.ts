/** Which modules claim a modalias: shell patterns as in fnmatch(3), thousands of them, so they are sorted by bus first. */

/** Names of the modules that claim a modalias, in the order of the tables. */
export type AliasTable = (modalias: string) => string[];

interface Alias {
  pattern: string;
  /** How much of the pattern is plain text: compared first, it rules out nearly all. */
  plain: number;
  module: string;
}

const WILD = /[*?[]/;

/** `-` and `_` are the same, except inside brackets, where `-` is a range (kmod's alias_normalize). */
const normalized = (text: string): string => text.replace(/-|\[[^\]]*\]/g, found => (found === '-' ? '_' : found));

/** Where the bracket expression that begins at `at` ends, and whether it holds the character. */
const inBrackets = (pattern: string, at: number, character: string): { matches: boolean; next: number } => {
  const close = pattern.indexOf(']', at + 2);
  if (close < 0) return { matches: character === '[', next: at + 1 };
  const negated = pattern[at + 1] === '!' || pattern[at + 1] === '^';
  const set = pattern.slice(at + (negated ? 2 : 1), close);
  let matches = false;
  for (let i = 0; i < set.length; i += 1) {
    const [from, to] = [set[i] as string, set[i + 1] === '-' && i + 2 < set.length ? (set[i + 2] as string) : set[i]];
    if (to !== undefined && from <= character && character <= to) matches = true;
    if (set[i + 1] === '-' && i + 2 < set.length) i += 2;
  }
  return { matches: matches !== negated, next: close + 1 };
};

/**
 * fnmatch(3) without flags. Goes back only to the last `*`, so the time is at most the product of the lengths,
 * whatever the pattern: a regular expression would not promise that.
 */
export const globMatches = (pattern: string, text: string): boolean => {
  let [p, t] = [0, 0];
  let [star, resume] = [-1, 0];
  while (t < text.length) {
    const character = text[t] as string;
    const wanted = pattern[p];
    if (wanted === '*') {
      [star, resume] = [p, t];
      p += 1;
      continue;
    }
    const step =
      wanted === '['
        ? inBrackets(pattern, p, character)
        : { matches: wanted === '?' || wanted === character, next: p + 1 };
    if (wanted !== undefined && step.matches) {
      p = step.next;
      t += 1;
    } else if (star >= 0) {
      resume += 1;
      [p, t] = [star + 1, resume];
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
};

const groupOf = (alias: string): string => {
  const colon = alias.indexOf(':');
  return colon < 0 ? alias : alias.slice(0, colon);
};

/** `alias PATTERN MODULE` lines of modules.alias. */
const fromAliasFile = function* (text: string): Generator<[pattern: string, module: string]> {
  for (const line of text.split('\n')) {
    if (!line.startsWith('alias ')) continue;
    const space = line.lastIndexOf(' ');
    if (space > 6) yield [line.slice(6, space), line.slice(space + 1)];
  }
};

/** `MODULE.alias=PATTERN` strings, each ended by NUL, of modules.builtin.modinfo. */
const fromModinfo = function* (text: string): Generator<[pattern: string, module: string]> {
  for (const entry of text.split('\0')) {
    const at = entry.indexOf('.alias=');
    if (at > 0) yield [entry.slice(at + 7), entry.slice(0, at)];
  }
};

/**
 * @param aliasFile the text of modules.alias
 * @param modinfo the text of modules.builtin.modinfo: drivers compiled in have no line in modules.alias
 */
export const aliasTable = (aliasFile: string, modinfo: string): AliasTable => {
  const groups = new Map<string, Alias[]>();
  const anywhere: Alias[] = [];
  const add = (raw: string, module: string) => {
    const pattern = normalized(raw);
    const group = groupOf(pattern);
    const wild = pattern.search(WILD);
    const alias = { pattern, plain: wild < 0 ? pattern.length : wild, module: module.replaceAll('-', '_') };
    const list = WILD.test(group) ? anywhere : groups.get(group);
    if (list === undefined) groups.set(group, [alias]);
    else list.push(alias);
  };
  for (const [pattern, module] of fromAliasFile(aliasFile)) add(pattern, module);
  for (const [pattern, module] of fromModinfo(modinfo)) add(pattern, module);

  return modalias => {
    const text = normalized(modalias);
    const fits = ({ pattern, plain }: Alias) => text.startsWith(pattern.slice(0, plain)) && globMatches(pattern, text);
    const candidates = [...(groups.get(groupOf(text)) ?? []), ...anywhere];
    return [...new Set(candidates.filter(fits).map(({ module }) => module))];
  };
};
