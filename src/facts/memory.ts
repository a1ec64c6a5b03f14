import type { Guest } from '../guest/guest.ts';

/** Bytes of RAM that the kernel manages; null when /proc/meminfo does not tell. Its `kB` are 1024 bytes (proc_meminfo(5)). */
export const memory = async (guest: Guest): Promise<number | null> => {
  const kibibytes = /^MemTotal:\s*(\d{1,12}) kB$/m.exec((await guest.text('/proc/meminfo')) ?? '')?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) * 1024;
};
