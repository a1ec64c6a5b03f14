/** Debian's weight of a character outside digits: `~` before the end, the end before letters, letters before the rest. */
const weight = (character: string | undefined): number => {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 0x10000;
};

const compareText = (a: string, b: string): number => {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = weight(a[at]) - weight(b[at]);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Digits as text of any length: longer is larger once leading zeros are gone. */
const compareDigits = (a: string, b: string): number => {
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (x.length !== y.length) return x.length - y.length;
  return x < y ? -1 : Number(x > y);
};

/**
 * Orders versions and kernel releases as Debian does: text and numbers by turns (deb-version(7), "Sorting algorithm").
 * @returns negative when `a` is older, zero when they count as equal.
 */
export const compareVersions = (a: string, b: string): number => {
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const compare = at % 2 === 0 ? compareText : compareDigits;
    const difference = compare(left[at] ?? '', right[at] ?? '');
    if (difference !== 0) return difference;
  }
  return 0;
};

const upstreamOf = (release: string): string => /^\d+(?:\.\d+)*/.exec(release)?.[0] ?? '';

/** `6.1.0-50` of `6.1.0-50-cloud-amd64`, `6.6.30-0` of `6.6.30-0-virt`: up to the first word. */
const numbersOf = (release: string): string => /^[\d.]+(?:-[\d.]+)*/.exec(release)?.[0] ?? '';

/**
 * Is a release older than the one that runs? Within one flavour the whole release says it, also across flavours that are built from
 * one source package and numbered together. Elsewhere (Ubuntu counts `-azure` from 1001 on, SUSE and Photon build each flavour by
 * itself) only the kernel's own version can be compared.
 * @param together whether all the numbers of both can be compared
 */
export const isOlder = (release: string, running: string, together: boolean): boolean => {
  const part = together ? numbersOf : upstreamOf;
  return compareVersions(part(release), part(running)) < 0;
};
