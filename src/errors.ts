/**
 * The one error type that is thrown on purpose. It says what was tried, on what, and what a person can do;
 * what happened is the message and, underneath, `cause`. Problems in outside data are not errors but Notices
 * (src/notices): they are returned.
 */
export type ErrorCode =
  | 'usage' // the command line is wrong
  | 'unreadable' // a file is there and cannot be read
  | 'too-large' // a file is larger than anything sensible
  | 'unwritable' // a write failed; the previous bytes are still there
  | 'not-a-tool' // a program is missing or not in the table of tools
  | 'tool-failed' // a program ran and failed, or took too long
  | 'refused' // outside data that must not be used
  | 'locked' // another enlighten is writing
  | 'not-here' // this cannot be done on this machine, or on this folder
  | 'none' // what was asked for does not exist
  | 'too-new'; // written by a newer enlighten

export class EnlightenError extends Error {
  override readonly name = 'EnlightenError';
  readonly code: ErrorCode;
  /** What was being done, as a verb phrase: `read the environment`. */
  readonly tried: string;
  /** The file, device or key it was done on. */
  readonly on: string;
  /** What a person can do about it; null when nothing but reporting it is left. */
  readonly remedy: string | null;

  constructor(
    code: ErrorCode,
    what: { tried: string; on: string; happened: string; remedy?: string | null; cause?: unknown },
  ) {
    super(`cannot ${what.tried} ${what.on}: ${what.happened}`, what.cause === undefined ? {} : { cause: what.cause });
    this.code = code;
    this.tried = what.tried;
    this.on = what.on;
    this.remedy = what.remedy ?? null;
  }
}

/** The errno name (`ENOENT`) of a system error, or the empty string. */
export const errno = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** What a caught value says, in one line. */
export const saying = (error: unknown): string => (error instanceof Error ? error.message : String(error));
