/** Words of this machine that no form gives away: found where they stand, so that they can be replaced wherever they stand. */
import type { Heard } from '../guest/recording.ts';

/** SMBIOS, disks (sysfs, Documentation/ABI) and whatever else calls a number its own. */
export const SERIALS = /^\/sys\/.*\/(\w*serial|\w*asset_tag|wwid|wwn|unique_id|cid)$/;
/** Firmware that was never told anything says so in these words. */
const PLACEHOLDER =
  /^(none|not (specified|applicable|available|set)|default string|to be filled .*|\w+ serial number|n\/a|x+|0+|\.+)$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Ids of file systems and partitions as command lines, fstab(5), grub.cfg and udev write them. */
const IDS = /UUID(?:_ENC)?=["']?([^\s"',;\\]+)|--fs-uuid\s+(?:--\S+\s+)*([^\s-]\S*)/g;
const BY_ID = /^\/dev\/disk\/by-(?:uuid|partuuid)\/(.+)$/;
/** Read for such ids; everything larger is tables of the distribution. */
const MAX_SEARCHED = 256 * 1024;

/** Long and varied enough that finding it elsewhere is no accident. */
const isTelling = (word: string): boolean => word.length >= 8 && new Set(word).size >= 4;

const serials = ({ files }: Heard): string[] =>
  [...files]
    .filter(([path]) => SERIALS.test(path))
    .map(([, content]) => content.toString('latin1').trim())
    .filter(word => !PLACEHOLDER.test(word));

const ids = ({ files, links, folders }: Heard): string[] => {
  const texts = [...files.values()]
    .filter(({ length }) => length <= MAX_SEARCHED)
    .map(bytes => bytes.toString('latin1'));
  const written = texts.flatMap(text =>
    [...text.matchAll(IDS)].map(([, assigned, searched]) => assigned ?? searched ?? ''),
  );
  const listed = [...folders].flatMap(([folder, names]) => names.map(name => `${folder}/${name}`));
  const named = [...links.keys(), ...listed].flatMap(path => BY_ID.exec(path)?.[1] ?? []);
  return [...written, ...named];
};

/**
 * @param names what the machine is called
 * @returns serial numbers, ids of file systems that are no UUIDs, and its names
 */
export const identitiesIn = (heard: Heard, names: readonly string[]): string[] => {
  const found = [...serials(heard), ...ids(heard)].filter(word => isTelling(word) && !UUID.test(word));
  return [...found, ...names.filter(isName)];
};

/** Names that a distribution's files are full of say nothing about the machine, and nothing would be left of the files. */
const COMMON =
  /^(localhost|debian|ubuntu|fedora|centos|rocky|alma|alpine|photon|suse|linux|server|none|guest|default)/i;

const isName = (name: string): boolean => name.length >= 4 && !COMMON.test(name);
