/** A time limit for a device that may hang: the call itself cannot be taken back, but nobody waits for it any longer. */
import { EnlightenError, saying } from '../errors.ts';
import type { Path } from './guest.ts';

/** @throws EnlightenError `unreadable` when the work fails or takes longer than `ms`. */
export const within = async <T>(ms: number, work: Promise<T>, tried: string, path: Path): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw new EnlightenError('unreadable', { tried, on: path, happened: saying(error), cause: error });
  } finally {
    clearTimeout(timer);
  }
};
