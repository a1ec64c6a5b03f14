/** Device mapper and md: what lies between a file system and its disks. */
import type { Guest, Path } from '../guest/guest.ts';

export interface Layer {
  /** `dm-0`, `md127` */
  device: string;
  /** Device mapper's name, `vda3_crypt`; the device's own for md. */
  name: string;
  kind: 'crypt' | 'verity' | 'dm' | 'md';
  /** Any one of these aliases or module names brings its code. */
  module: string;
}

interface DmRow {
  /** Of the uuid, a space and the name, as dm/uuid and dm/name show them: the prefixes and suffixes of cryptsetup, LVM2 and multipath. */
  pattern: RegExp;
  kind: Layer['kind'];
  module: string;
}

/** In order, the first that fits counts. */
const deviceMapper: DmRow[] = [
  { pattern: /^CRYPT-VERITY-/, kind: 'verity', module: 'dm_verity' },
  { pattern: /^CRYPT-/, kind: 'crypt', module: 'dm_crypt' },
  { pattern: /^mpath-/, kind: 'dm', module: 'dm_multipath' },
  { pattern: /^LVM-\S+-tpool /, kind: 'dm', module: 'dm_thin_pool' },
  { pattern: /^LVM-\S+-(real|cow) /, kind: 'dm', module: 'dm_snapshot' },
  { pattern: /_r(image|meta)_\d+$/, kind: 'dm', module: 'dm_raid' },
  { pattern: /_c(data|meta|vol|pool)$/, kind: 'dm', module: 'dm_cache' },
  { pattern: /^/, kind: 'dm', module: 'dm_mod' },
];

/** @returns null for a device that is neither: a disk. */
export const layerOf = async (guest: Guest, path: Path): Promise<Layer | null> => {
  const device = path.slice(path.lastIndexOf('/') + 1);
  const name = await guest.text(`${path}/dm/name`);
  if (name !== null) {
    const described = `${(await guest.text(`${path}/dm/uuid`)) ?? ''} ${name}`;
    const found = deviceMapper.find(({ pattern }) => pattern.test(described));
    return { device, name, kind: found?.kind ?? 'dm', module: found?.module ?? 'dm_mod' };
  }
  const level = await guest.text(`${path}/md/level`);
  return level === null ? null : { device, name: device, kind: 'md', module: `md-${level}` };
};
