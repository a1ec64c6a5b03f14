/** A file of ours below /run: what it was before is nothing, or ours of an earlier plan; what it means ends with this boot. */
import type { WritableGuest } from '../guest/guest.ts';
import type { FileStep, Standing, Step } from '../profiles/step.ts';
import type { Entry, Journal } from '../state/journal.ts';

/** Satisfied when it is there to the letter. */
export const standsAt = async (
  { path, content, desired }: FileStep,
  guest: Pick<WritableGuest, 'read'>,
): Promise<Standing> => {
  const now = (await guest.read(path))?.toString('utf8') ?? null;
  if (now === content) return { current: desired, state: 'satisfied' };
  return { current: now === null ? null : 'others', state: 'pending' };
};

/** @param after what makes it known to whom it is for */
export const putFile = async (
  step: Step & FileStep,
  guest: WritableGuest,
  journal: Journal,
  after: () => Promise<void>,
): Promise<void> => {
  const { path, content } = step;
  const before = (await guest.read(path))?.toString('utf8') ?? '';
  await journal.around(step, { path, before, after: content }, async () => {
    await guest.replace(path, content);
    await after();
  });
};

export const takeFile = async (
  entry: Entry,
  guest: WritableGuest,
  journal: Journal,
  after: () => Promise<void>,
): Promise<void> => {
  if (entry.before === '') await guest.remove(entry.path);
  else await guest.replace(entry.path, entry.before);
  await after();
  await journal.undone(entry);
};
