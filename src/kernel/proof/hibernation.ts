import type { Guest, Path } from '../../guest/guest.ts';
import { kernelNotice } from '../../notices/kernel.ts';
import type { Proof } from './context.ts';

/** Swap's first page ends in its signature; hibernation replaces `SWAPSPACE2` (kernel/power/swap.c; uswsusp's own). */
const HEADER = 4096;
const SIGNATURE = 10;
const hibernated = ['S1SUSPEND', 'S2SUSPEND', 'ULSUSPEND', 'LINHIB0001'];

interface Place {
  device: Path;
  /** Where the swap header lies on it, in bytes. */
  offset: number;
}

const links: Record<string, Path> = {
  UUID: '/dev/disk/by-uuid',
  LABEL: '/dev/disk/by-label',
  PARTUUID: '/dev/disk/by-partuuid',
  PARTLABEL: '/dev/disk/by-partlabel',
};

/** `UUID=…` or `/dev/vda5` as a path; null for `none`, `auto` and anything else that names no device. */
const deviceOf = (spec: string | undefined): Path | null => {
  const plain = spec?.replaceAll(/["']/g, '') ?? '';
  const [, tag = '', value = ''] = /^([A-Z]+)=([^/]+)$/.exec(plain) ?? [];
  const folder = links[tag];
  if (folder !== undefined) return `${folder}/${value}`;
  return plain.startsWith('/') ? plain : null;
};

/** `resume=`, with `resume_offset=` in pages where it is a file (Documentation/power/swsusp-and-swap-files.rst). */
const onCommandLine = async (guest: Guest): Promise<Place[]> => {
  const words = (await guest.text('/proc/cmdline', 64 * 1024))?.split(/\s+/) ?? [];
  const option = (key: string) => words.findLast(word => word.startsWith(`${key}=`))?.slice(key.length + 1);
  const device = deviceOf(option('resume'));
  const pages = Number(option('resume_offset') ?? 0);
  return device === null ? [] : [{ device, offset: Number.isSafeInteger(pages) && pages > 0 ? pages * HEADER : 0 }];
};

const inInitramfsTools = async (guest: Guest): Promise<Place[]> => {
  const text = (await guest.text('/etc/initramfs-tools/conf.d/resume')) ?? '';
  const device = deviceOf(/^\s*RESUME=(.*)$/m.exec(text)?.[1]?.trim());
  return device === null ? [] : [{ device, offset: 0 }];
};

const inFstab = async (guest: Guest): Promise<Place[]> => {
  const lines = ((await guest.text('/etc/fstab', 256 * 1024)) ?? '').split('\n');
  return lines.flatMap(line => {
    const [spec, , type] = line.trim().split(/\s+/);
    const device = type === 'swap' ? deviceOf(spec) : null;
    return device === null ? [] : [{ device, offset: 0 }];
  });
};

const holdsImage = async (guest: Guest, { device, offset }: Place): Promise<boolean> => {
  const reader = await guest.block(device);
  if (reader === null) return false;
  try {
    const header = await reader.read(offset, HEADER);
    const signature = header.toString('latin1', HEADER - SIGNATURE).replace(/\0+$/, '');
    return hibernated.includes(signature);
  } finally {
    await reader.close();
  }
};

/** No hibernated system waits on disk: another kernel would mount its file systems under it. */
export const hibernation: Proof = async p => {
  const places = (await Promise.all([onCommandLine(p.guest), inInitramfsTools(p.guest), inFstab(p.guest)])).flat();
  for (const place of places) {
    if (await holdsImage(p.guest, place)) return kernelNotice('hibernation-image', place.device);
  }
  return null;
};
