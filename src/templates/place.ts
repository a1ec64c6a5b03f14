/** Where a template's file may go, and whose it is. */
import type { Guest, Owner, Path, Stat } from '../guest/guest.ts';
import type { Template } from './template.ts';

/** Where the agent, the kernel or a boot loader is at home; and what the next boot empties, which no step replays. */
const OTHERS = /^\/(?:proc|sys|dev|run|tmp|boot|var\/tmp|var\/run|etc\/enlighten|(?:usr|var)\/lib\/enlighten)(?:\/|$)/;

type Place = { path: Path; stat: Stat | null } | { mistake: string };

const parentOf = (path: Path): Path => path.slice(0, path.lastIndexOf('/')) || '/';

/** The path with the links of its folders followed, also where neither it nor they are there yet. */
const followed = async (guest: Guest, path: Path): Promise<Path> => {
  const real = await guest.resolve(path);
  if (real !== null || path === '/') return real ?? path;
  const parent = await followed(guest, parentOf(path));
  return `${parent === '/' ? '' : parent}${path.slice(path.lastIndexOf('/'))}`;
};

/** Only root can have made it, or can exchange it: whoever owns `/` is root here. */
export const isTrusted = async (guest: Guest, stat: Stat): Promise<boolean> =>
  stat.owner === (await guest.stat('/'))?.owner && (stat.mode & 0o022) === 0;

/** The first folder on the way that somebody else may write to: there, a link could lead root anywhere (as systemd-tmpfiles(8) refuses). */
const strangersFolder = async (guest: Guest, path: Path): Promise<Path | null> => {
  for (let folder = parentOf(path); ; folder = parentOf(folder)) {
    const stat = await guest.stat(folder);
    if (stat !== null && !(await isTrusted(guest, stat))) return folder;
    if (folder === '/') return null;
  }
};

export const placeOf = async (guest: Guest, { target }: Template): Promise<Place> => {
  const path = await followed(guest, target);
  if ([target, path].some(place => OTHERS.test(place))) return { mistake: `nothing is rendered to ${path}` };
  const stat = await guest.stat(path);
  if (stat !== null && stat.kind !== 'file') return { mistake: `${path} is no file` };
  const stranger = await strangersFolder(guest, path);
  return stranger === null ? { path, stat } : { mistake: `others than root may write to ${stranger}` };
};

/** The number behind a name, from lines of `name:x:NUMBER:…`; and of an account, its group's. */
const lineOf = async (guest: Guest, file: Path, name: string): Promise<string[] | null> => {
  const text = (await guest.read(file, 4 * 1024 * 1024).catch(() => null))?.toString('utf8') ?? '';
  const fields = text.split('\n').map(line => line.split(':'));
  return fields.find(([first, , number]) => first === name || number === name) ?? null;
};

const MAX_ID = 0xffff_fffe;
const id = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= MAX_ID ? Number(text) : null;

/**
 * As the template says, else as the file has it. Null: nobody says, so that it is whoever writes it.
 * A user without a group has its own one.
 */
export const ownerOf = async (
  guest: Guest,
  { owner, group }: Template,
  stat: Stat | null,
): Promise<{ owner: Owner | null } | { mistake: string }> => {
  if (owner === null && group === null) return { owner: stat && { uid: stat.owner, gid: stat.group } };
  const user = owner === null ? null : await lineOf(guest, '/etc/passwd', owner);
  const members = group === null ? null : await lineOf(guest, '/etc/group', group);
  const uid = owner === null ? (stat?.owner ?? 0) : (id(user?.[2]) ?? id(owner));
  const gid = group === null ? (id(user?.[3]) ?? stat?.group ?? 0) : (id(members?.[2]) ?? id(group));
  if (uid === null) return { mistake: `there is no user ${owner}` };
  return gid === null ? { mistake: `there is no group ${group}` } : { owner: { uid, gid } };
};
