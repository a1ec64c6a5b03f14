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
