/** Which name that stays a device has here, or why it must keep the one the kernel gave it. */
import type { Guest, Path } from '../guest/guest.ts';
import { type Mount, mounts } from '../kernel/mounts.ts';
import { blockDevicesOf } from '../kernel/stacking.ts';
import { movingNotice } from '../notices/moving.ts';
import type { Notice } from '../notices/notice.ts';
import { type Identity, identities } from './identities.ts';
import type { StableName, Use } from './name.ts';

/** What this guest says now. */
export interface Known {
  devices: ReadonlyMap<Path, Identity>;
  /** Mount point → where sysfs shows the devices of what is mounted there. */
  mounted: ReadonlyMap<Path, readonly Path[]>;
}

const MAX_MOUNTS = 256;

/** The last mount wins, it covers those before it; one that waits to be used (autofs) is none. */
const mountedOn = async (guest: Guest, all: readonly Mount[]): Promise<Map<Path, Path[]>> => {
  const found = new Map<Path, Path[]>();
  for (const mount of all.filter(({ type }) => type !== 'autofs').slice(0, MAX_MOUNTS)) {
    found.set(mount.point, await blockDevicesOf(guest, mount));
  }
  return found;
};

export const whatIsKnown = async (guest: Guest): Promise<Known> => ({
  devices: await identities(guest),
  mounted: await mountedOn(guest, await mounts(guest).catch(() => [])),
});

/** Which devices are like this one, in one tag; more than one: the name would not tell them apart. */
const shares = ({ devices }: Known, tag: 'uuid' | 'partuuid', value: string): Path[] =>
  [...devices].filter(([, identity]) => identity[tag] === value).map(([path]) => path);

/** Names may have been dealt anew since the file was written: what the file says about the device must be true of it now. */
const contradiction = ({ mounted }: Known, use: Use, identity: Identity): string | null => {
  const here = use.point === null ? undefined : mounted.get(use.point);
  if (here !== undefined && here.length > 0) {
    return here.includes(identity.sysfs) ? null : `another device is mounted on ${use.point}`;
  }
  if (use.point === '/') return 'what is mounted on / cannot be told';
  const type = identity.type ?? '';
  return use.types === null || use.types.includes(type) ? null : `it holds ${type || 'nothing known'}`;
};

/** Pure: the same use and knowledge, the same answer. */
export const stableName = (known: Known, use: Use): StableName | Notice => {
  const identity = known.devices.get(use.device);
  if (identity === undefined) return movingNotice('device-name-absent', use.device);
  const wrong = contradiction(known, use, identity);
  if (wrong !== null) return movingNotice('device-name-differs', use.device, wrong);
  const candidates: StableName[] = [];
  if (identity.uuid !== null) candidates.push({ tag: 'UUID', value: identity.uuid });
  // What is on the device tells it better than where it lies; without that, a partition is all there is.
  if (identity.partuuid !== null && (identity.uuid === null || !use.tags.includes('UUID')))
    candidates.push({ tag: 'PARTUUID', value: identity.partuuid });
  const name = candidates.find(({ tag }) => use.tags.includes(tag));
  if (name === undefined) return movingNotice('device-name-nothing', use.device);
  const all = shares(known, name.tag === 'UUID' ? 'uuid' : 'partuuid', name.value);
  return all.length === 1 ? name : movingNotice('device-name-shared', use.device, all.join(', '));
};
