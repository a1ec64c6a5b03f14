/** The kernel's command line, split as the kernel itself does it (lib/cmdline.c, next_arg). */

/**
 * The parameters in their order. Double quotes keep spaces together and fall away around a whole parameter or its value;
 * inside they stay. `--`, after which the kernel hands everything to init, does not end it: the boot loader appends after it.
 * @returns `[key, null]` for a parameter without `=`.
 */
export const parseCommandLine = (text: string): [key: string, value: string | null][] =>
  wordsOf(text).map(word => {
    const whole = word.startsWith('"') ? unquoted(word) : word;
    const equals = whole.indexOf('=', 1); // a leading one is part of the name
    if (equals === -1) return [whole, null];
    const value = whole.slice(equals + 1);
    return [whole.slice(0, equals), value.startsWith('"') ? unquoted(value) : value];
  });

/** The same parameter, `-` or `_` (kernel/params.c, parameq). */
const alike = (name: string): string => name.replaceAll('-', '_');

/** Those of the words, `name=value`, that do not hold in this command line: of several parameters of one name the last counts. */
export const missingFrom = (text: string, words: readonly string[]): string[] => {
  const last = new Map(parseCommandLine(text).map(([key, value]) => [alike(key), value]));
  return words.filter(word => parseCommandLine(word).some(([key, value]) => last.get(alike(key)) !== value));
};

/** The command line in which they hold; the same where they do. Before `--`: what follows is init's. */
export const withWords = (text: string, words: readonly string[]): string => {
  const missing = missingFrom(text, words);
  if (missing.length === 0) return text;
  const [, before = '', after = ''] = /^(.*?)\s*((?:(?<=^|\s)--(?:\s.*)?)?)$/s.exec(text) ?? [];
  return [before, ...missing, after].filter(Boolean).join(' ');
};

/** Without the opening quote, and the closing one if the word ends with it. */
const unquoted = (word: string): string => word.slice(1).replace(/"$/, '');

/** Runs without white space, where a quote toggles whether white space separates. An open quote reaches to the end. */
const wordsOf = (text: string): string[] => text.match(/(?:[^ \t\n\v\f\r"]|"[^"]*(?:"|$))+/g) ?? [];
