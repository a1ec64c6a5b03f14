/**
 * A Notice is something a person should know: returned beside a result, never thrown.
 * Its wording lives in the tables of this folder (one per area), so that every Notice has a remedy and can be found.
 */
export interface Notice {
  /** Stable, for scripts: `environment-doctype`. */
  code: string;
  /** What it is about: a file, key, device, kernel. */
  subject: string;
  /** One sentence, already filled in. */
  happened: string;
  /** What a person can do. */
  remedy: string;
}

/** A row of a catalogue: `{}` in `happened` is replaced by the detail. */
export interface Wording {
  happened: string;
  remedy: string;
}

/**
 * Makes the constructor for one area's table.
 * @example const notice = noticesOf({ 'environment-doctype': { happened: '…', remedy: '…' } });
 */
export const noticesOf =
  <Code extends string>(table: Record<Code, Wording>) =>
  (code: Code, subject: string, detail = ''): Notice => ({
    code,
    subject,
    happened: table[code].happened.replaceAll('{}', () => detail),
    remedy: table[code].remedy,
  });

/** One line for a log or terminal. */
export const inOneLine = (notice: Notice): string => `${notice.subject}: ${notice.happened} ${notice.remedy}`;
