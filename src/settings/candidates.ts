/** What each source says about the settings, before anything is judged: the same keys everywhere, under the name `enlighten`. */
import { parseCommandLine } from './cmdline.ts';
import { isSingleKey, protocolKeys, type Settable } from './keys.ts';

export interface Candidate {
  source: Settable;
  /** Without `enlighten.`: `kernel`, `sysctl.vm.swappiness`. */
  key: string;
  /** Null: the key stands without a value. */
  value: string | null;
}

/** `enlighten.KEY`, or `enlighten` as the short form of the mode; null for what is not ours. */
export const keyOf = (name: string): string | null => {
  if (name === 'enlighten') return 'mode';
  return name.startsWith('enlighten.') ? name.slice('enlighten.'.length) : null;
};

/** In their order: of two for the same key the last one wins, as with the kernel's own. */
export const fromCommandLine = (text: string): Candidate[] =>
  parseCommandLine(text).flatMap(([name, value]) => {
    const key = keyOf(name);
    return key === null || protocolKeys.includes(key) ? [] : [{ source: 'command-line', key, value }];
  });

/**
 * Properties of a ProductSection with `ovf:class="enlighten"`. Its key in the environment is class.key or, when the section
 * has an `ovf:instance`, class.key.instance (DSP0243 §9.5.1): the instance is accepted for single keys and says nothing; one
 * without wins. In `sysctl.NAME`, which has dots of its own, an instance could not be told from the name: there it is none.
 */
export const fromProperties = (properties: Readonly<Record<string, string>>): Candidate[] => {
  const plain: Candidate[] = [];
  const instances: Candidate[] = [];
  for (const [name, value] of Object.entries(properties)) {
    const key = keyOf(name);
    if (key === null) continue;
    const base = isSingleKey(key)
      ? undefined
      : key
          .split('.')
          .map((_, at, words) => words.slice(0, at).join('.'))
          .findLast(isSingleKey);
    if (base !== undefined) instances.push({ source: 'property', key: base, value });
    else plain.push({ source: 'property', key, value });
  }
  return [...instances, ...plain];
};
