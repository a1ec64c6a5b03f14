/** What a guest's network configuration says about which interface it means: by name, by pattern, by MAC address. */
import type { Path } from '../guest/guest.ts';

/** One piece of configuration that wants an interface. */
export interface Claim {
  file: Path;
  /** The interface's name, when the configuration means exactly one. */
  name: string | null;
  /** Shell patterns; any of them is enough. `*`: it may mean every interface, for all we can tell. */
  patterns: readonly string[];
  /** In lower case; none: whatever the MAC. */
  macs: readonly string[];
}

export interface NetworkConfiguration {
  claims: Claim[];
  /** Interfaces the configuration itself makes: bridges, bonds, VLANs. */
  made: string[];
}

export const nothingConfigured: NetworkConfiguration = { claims: [], made: [] };

export const both = (a: NetworkConfiguration, b: NetworkConfiguration): NetworkConfiguration => ({
  claims: [...a.claims, ...b.claims],
  made: [...a.made, ...b.made],
});

/** IFNAMSIZ is 16 with its NUL; no slash, no white space (net/core/dev.c, dev_valid_name); a colon makes an alias. */
const NAME = /^[A-Za-z0-9_.-]{1,15}$/;

export const isInterfaceName = (word: string): boolean =>
  NAME.test(word) && word !== '.' && word !== '..' && word !== 'lo';

const isPattern = (word: string): boolean => /[*?[!]/.test(word);

/** A claim by the words of a `Name=` and the like: names, patterns or both. */
export const claimOf = (file: Path, words: readonly string[], macs: readonly string[] = []): Claim => {
  const exact = words.filter(word => !isPattern(word) && isInterfaceName(word));
  const name = macs.length === 0 && words.every(word => !isPattern(word)) ? (exact[0] ?? null) : null;
  return { file, name, patterns: words, macs: macs.map(mac => mac.toLowerCase()) };
};

/** Linear in the length of both; a set of characters counts as any one. */
const matches = (pattern: string, name: string): boolean => {
  const pieces = pattern.replace(/\[[^\]]*\]/g, '?').split('*');
  const [first = '', ...rest] = pieces;
  const at = (piece: string, offset: number): boolean =>
    offset + piece.length <= name.length &&
    [...piece].every((one, index) => one === '?' || one === name[offset + index]);
  if (!at(first, 0)) return false;
  const last = rest.pop();
  if (last === undefined) return name.length === first.length;
  let offset = first.length;
  for (const piece of rest) {
    while (offset + piece.length <= name.length && !at(piece, offset)) offset += 1;
    if (!at(piece, offset)) return false;
    offset += piece.length;
  }
  return name.length - last.length >= offset && at(last, name.length - last.length);
};

/** Does the configuration mean this interface? `!` before the first pattern turns it round (systemd.network(5)). */
export const claims = ({ patterns, macs }: Claim, nic: { name: string; mac: string }): boolean => {
  if (macs.length > 0 && !macs.includes(nic.mac)) return false;
  const inverted = patterns[0]?.startsWith('!') ?? false;
  const found = patterns.some(pattern => matches(pattern.replace(/^!/, ''), nic.name));
  return patterns.length === 0 ? macs.length > 0 : found !== inverted;
};
