/**
 * A file rendered from a template of the vendor's. Persistent. The journal holds what was there, `file:MODE:UID:GID:BASE64` or `absent`, and of
 * what is there now the digest, with the unit that follows the file: `file:MODE:UID:GID:DIGEST:reload shop.service`.
 */
import { EnlightenError } from '../errors.ts';
import type { Bytes, Guest, Path, WritableGuest } from '../guest/guest.ts';
import { templateNotice } from '../notices/templates.ts';
import type { Standing, TemplateStep } from '../profiles/step.ts';
import { type Entry, entryOf } from '../state/journal.ts';
import type { Rendered, Rendering } from '../templates/render.ts';
import type { Follower } from '../templates/template.ts';
import type { View } from '../templates/view.ts';
import type { Action } from './action.ts';
import { reloadUnits } from './systemd.ts';

const ABSENT = 'absent';
/** What is replaced must fit into the journal. */
const MAX_BEFORE: Bytes = 256 * 1024;
const MAX_NOW: Bytes = 4 * 1024 * 1024;
const UNITS = /^\/etc\/systemd\/system\//;

/** What people are told: the bytes may be a secret. */
export const templateWords = ({ before }: Pick<Entry, 'before'>): { before: string; after: string } => ({
  before: before === ABSENT ? ABSENT : 'present',
  after: 'rendered',
});

const renderWith = async (guest: Guest, { template }: TemplateStep, view: View): Promise<Rendering> =>
  (await import('../templates/render.ts')).render(guest, template, view);

const digest = async (bytes: Buffer): Promise<string> => (await import('../templates/render.ts')).digestOf(bytes);

const agrees = async (guest: Guest, { path, content, mode, owner }: Rendered, now: Buffer): Promise<boolean> => {
  const stat = await guest.stat(path);
  const same = owner === null || (stat?.owner === owner.uid && stat.group === owner.gid);
  return same && stat?.mode === mode && now.equals(content);
};

/** What stands there, in a word: a capture carries that and not the content. */
const currentOf = async (guest: Guest, step: TemplateStep, rendered: Rendered): Promise<string> => {
  const now = await guest.read(step.path, MAX_NOW);
  if (now === null) return ABSENT;
  if (await agrees(guest, rendered, now)) return step.desired;
  const known = await entryOf(guest, step);
  const [, , , , ours] = known?.after.split(':') ?? [];
  // One that was only intended says nothing: the power may have gone before it was written.
  if (known?.phase === 'done' && (await digest(now)) !== ours && !now.equals(rendered.content)) return 'edited';
  return now.length > MAX_BEFORE && known === null ? 'too large' : 'otherwise';
};

const standings: Record<string, (step: TemplateStep) => Standing> = {
  rendered: ({ desired }) => ({ current: desired, state: 'satisfied' }),
  edited: ({ id }) => ({ current: 'edited', state: 'overridden', by: templateNotice('template-edited', id) }),
  'too large': ({ id }) => ({
    current: 'too large',
    state: 'blocked',
    by: templateNotice('template-too-large', id, `more than ${MAX_BEFORE}`),
  }),
};

const recorded = async (guest: Guest, path: Path): Promise<string> => {
  const [stat, bytes] = [await guest.stat(path), await guest.read(path, MAX_BEFORE)];
  if (stat === null || bytes === null) return ABSENT;
  return `file:${stat.mode.toString(8)}:${stat.owner}:${stat.group}:${bytes.toString('base64')}`;
};

/** On a folder no unit runs. */
const follow = async (guest: WritableGuest, path: Path, follower: Follower | null): Promise<void> => {
  if (!guest.live) return;
  if (UNITS.test(path)) await reloadUnits(guest);
  if (follower === null) return;
  const { act, unit } = follower;
  const { exitCode, stderr } = await guest.run(`${act}-unit`, [unit]);
  if (exitCode === 0) return;
  throw new EnlightenError('tool-failed', { tried: act, on: unit, happened: stderr.trim().slice(0, 400) });
};

const followerIn = (words: string | undefined): Follower | null => {
  const [act, unit] = words?.split(' ') ?? [];
  return unit !== undefined && (act === 'reload' || act === 'restart') ? { act, unit } : null;
};

/** @param view what it is filled in from */
export const templateAction = (view: View): Action<TemplateStep> => ({
  async check(step, guest) {
    const rendering = await renderWith(guest, step, view);
    if ('notice' in rendering) return { current: null, state: 'blocked', by: rendering.notice };
    const current = await guest.recall('template', step.path, () => currentOf(guest, step, rendering.rendered));
    return standings[current]?.(step) ?? { current, state: 'pending' };
  },

  async apply(step, guest, journal) {
    const rendering = await renderWith(guest, step, view);
    if ('notice' in rendering) {
      const { happened } = rendering.notice;
      throw new EnlightenError('refused', { tried: 'render', on: step.template, happened });
    }
    const { path, content, mode, owner, follower } = rendering.rendered;
    const ids = owner === null ? '0:0' : `${owner.uid}:${owner.gid}`;
    const unit = follower === null ? '' : `${follower.act} ${follower.unit}`;
    const after = `file:${mode.toString(8)}:${ids}:${await digest(content)}:${unit}`;
    await journal.around(step, { path, before: await recorded(guest, path), after }, async () => {
      await guest.replace(path, content, mode, owner ?? undefined);
      await follow(guest, path, follower);
    });
  },

  async undo(entry, guest, journal) {
    const { path, before, after } = entry;
    const now = await guest.read(path, MAX_NOW);
    const [, , , , ours, ...unit] = after.split(':');
    // What somebody has edited since is theirs.
    if (now !== null && (await digest(now)) === ours) {
      const [, mode = '', uid = '', gid = '', base64 = ''] = before.split(':');
      const owner = { uid: Number(uid), gid: Number(gid) };
      if (before === ABSENT) await guest.remove(path);
      else await guest.replace(path, Buffer.from(base64, 'base64'), Number.parseInt(mode, 8) || 0o600, owner);
      await follow(guest, path, followerIn(unit.join(':')));
    }
    await journal.undone(entry);
  },

  // The new machine's values are rendered over it, and its unit follows once.
  everywhere: async () => true,
});
