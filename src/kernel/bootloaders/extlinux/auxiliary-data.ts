/**
 * Syslinux's auxiliary data vector: the last 1,024 bytes of ldlinux.sys, twice the same 512, each with a sum of its own (libinstaller/
 * setadv.c). The loader reads the first whole one, takes the command for one boot out of it before it runs that, and writes both back
 * (com32/elflink/ldlinux/ldlinux.c). A write that the power cut leaves one of them whole.
 */
import { EnlightenError } from '../../../errors.ts';
import type { Guest, Path, WritableGuest } from '../../../guest/guest.ts';

const COPY = 512;
const SIZE = 2 * COPY;
const HEAD = 0x5a2d2fa5;
const SUM = 0xa3041767;
const TAIL = 0xdd28bf64;
/** Between the two words of its head and the one of its tail. */
const [BEGIN, END] = [8, COPY - 4];
const BOOT_ONCE = 1;
/** A loader of the 6.x series has 60 KB. */
const MAX_CORE = 1024 * 1024;

/** What is kept under a tag; other people's stay as they are. */
type Tags = ReadonlyMap<number, Buffer>;

const sumOf = (copy: Buffer, from: number): number => {
  let sum = 0;
  for (let at = from; at < END; at += 4) sum = (sum + copy.readUInt32LE(at)) >>> 0;
  return sum;
};

const isWhole = (copy: Buffer): boolean =>
  copy.readUInt32LE(0) === HEAD && copy.readUInt32LE(END) === TAIL && sumOf(copy, 4) === SUM;

/** Each a byte of its own, one for the length, and so many bytes; 0 ends them. */
const tagsOf = (copy: Buffer): Tags => {
  const tags = new Map<number, Buffer>();
  for (let at = BEGIN; at + 2 <= END && copy[at] !== 0; at += 2 + (copy[at + 1] ?? 0)) {
    tags.set(copy[at] ?? 0, copy.subarray(at + 2, Math.min(at + 2 + (copy[at + 1] ?? 0), END)));
  }
  return tags;
};

/** @returns null when they do not fit */
export const formatVector = (tags: Tags): Buffer | null => {
  const data = Buffer.concat([...tags].flatMap(([tag, value]) => [Buffer.from([tag, value.length]), value]));
  if (data.length > END - BEGIN) return null;
  const copy = Buffer.alloc(COPY);
  copy.writeUInt32LE(HEAD, 0);
  data.copy(copy, BEGIN);
  copy.writeUInt32LE(TAIL, END);
  copy.writeUInt32LE((SUM - sumOf(copy, BEGIN)) >>> 0, 4);
  return Buffer.concat([copy, copy]);
};

/** What stands in the first whole copy; null when none is. */
export const parseVector = (bytes: Buffer): Tags | null => {
  if (bytes.length !== SIZE) return null;
  const whole = [bytes.subarray(0, COPY), bytes.subarray(COPY)].find(isWhole);
  return whole === undefined ? null : tagsOf(whole);
};

/** As it lies at the end of the loader; null when the file is absent or holds none. */
export const readVector = async (guest: Guest, core: Path): Promise<Tags | null> => {
  const tail = await guest.recall('boot-once', core, async () => {
    const bytes = await guest.read(core, MAX_CORE).catch(() => null);
    return bytes?.subarray(-SIZE).toString('base64') ?? null;
  });
  return tail === null ? null : parseVector(Buffer.from(tail, 'base64'));
};

/** The command for one boot; null when there is none. */
export const onceOf = (tags: Tags | null): string | null => tags?.get(BOOT_ONCE)?.toString('latin1') ?? null;

/**
 * Sets the command for one boot, or takes it away; in place, since the loader knows its own sectors by their numbers.
 * The file is immutable, so that nothing moves it; it is again afterwards.
 * @throws EnlightenError `unwritable`: there is no vector to set it in, or no room; nothing was written
 */
export const setOnce = async (guest: WritableGuest, core: Path, command: string | null): Promise<void> => {
  const tags = await readVector(guest, core);
  const size = (await guest.stat(core))?.size;
  if (onceOf(tags) === command) return;
  if (tags === null) {
    throw new EnlightenError('unwritable', { tried: 'set', on: core, happened: 'it has no auxiliary data at its end' });
  }
  const others = [...tags].filter(([tag]) => tag !== BOOT_ONCE);
  const ours: [number, Buffer][] = command === null ? [] : [[BOOT_ONCE, Buffer.from(command, 'latin1')]];
  const bytes = formatVector(new Map([...ours, ...others]));
  if (size === undefined || bytes === null) {
    throw new EnlightenError('unwritable', { tried: 'set', on: core, happened: 'its auxiliary data has no room' });
  }
  if (guest.live) await guest.run('unlock-file', [core]);
  await guest.overwrite(core, bytes, size - SIZE);
  if (guest.live) await guest.run('lock-file', [core]);
};
