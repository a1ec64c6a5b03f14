/** A file of the package manager's that is ours alone. */

import type { Guest, Path } from '../guest/guest.ts';
import type { ProtectionStep } from '../profiles/step.ts';
import type { Action } from './action.ts';

const contentOf = async (guest: Guest, path: Path): Promise<string> => (await guest.read(path))?.toString('utf8') ?? '';

export const protectionAction: Action<ProtectionStep> = {
  async check({ path, content, desired }, guest) {
    const now = await contentOf(guest, path);
    if (now === content) return { current: desired, state: 'satisfied' };
    return { current: now === '' ? null : 'others', state: 'pending' };
  },

  async apply(step, guest, journal) {
    const { path, content } = step;
    const change = { path, before: await contentOf(guest, path), after: content };
    await journal.around(step, change, () => guest.replace(path, content));
  },

  async undo(entry, guest, journal) {
    if (entry.before === '') await guest.remove(entry.path);
    else await guest.replace(entry.path, entry.before);
    await journal.undone(entry);
  },
};
