/** The environment that the reading forms answer from: a file somebody names, or what holds on this machine. */
import { resolve } from 'node:path';
import type { Invocation } from '../../cli.ts';
import { detect } from '../../detect/detect.ts';
import { inOneLine } from '../../notices/notice.ts';
import { readDocument } from '../../ovfenv/document.ts';
import type { Environment } from '../../ovfenv/environment.ts';
import { environmentInForce, withDescriptor } from '../../ovfenv/inforce.ts';
import { fetchEnvironment, type LookAround } from '../../ovfenv/read.ts';
import { fetchFile } from '../../ovfenv/transports/file.ts';
import { NONE, REFUSED } from './form.ts';

interface Looked {
  environment: Environment | null;
  refused: string | null;
  look: LookAround | null;
}

const fromFile = async ({ guest }: Invocation, file: string): Promise<Looked> => {
  // A person's path is relative to where they stand; under --root it is the guest's.
  const read = await readDocument(await fetchFile(guest, guest.live ? resolve(file) : file));
  if ('refused' in read) return { environment: null, refused: inOneLine(read.refused), look: null };
  const { environment } = await withDescriptor(guest, read.environment);
  return { environment, refused: null, look: null };
};

const fromGuest = async ({ guest }: Invocation): Promise<Looked> => {
  const look = await fetchEnvironment(guest, await detect(guest));
  const { environment, refused } = await environmentInForce(guest, look);
  return { environment, refused: refused && inOneLine(refused), look };
};

export const fileOption = { file: { type: 'string' } } as const;

/**
 * Answers from the environment in force; says on standard error what was refused.
 * @returns what `answer` gives; 3 where there is none; 1 where one was refused.
 */
export const withEnvironment = async (
  invocation: Invocation,
  answer: (environment: Environment, look: LookAround | null) => number,
): Promise<number> => {
  const { file } = invocation.options;
  const { environment, refused, look } = await (typeof file === 'string'
    ? fromFile(invocation, file)
    : fromGuest(invocation));
  if (refused !== null) invocation.log('error', refused);
  if (environment === null) {
    for (const notice of look?.notices ?? []) invocation.log('warning', inOneLine(notice));
    return refused === null ? NONE : REFUSED;
  }
  const code = answer(environment, look);
  return refused === null ? code : REFUSED;
};
