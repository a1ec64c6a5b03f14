/** From what was heard, the part that only `recording.json` and `cpuid.json` can carry. */
import type { Bytes, Path, Ran } from '../guest/guest.ts';
import type { Failure, Recording } from '../guest/recorded.ts';
import type { Heard } from '../guest/recording.ts';
import { lastPath } from '../ovfenv/last.ts';
import { type Carried, carriedPath, isWithheld } from './content.ts';

export const CPUID: Path = '/dev/cpu/0/cpuid';
/** Stands in for the device on a folder. */
export const CPUID_JSON: Path = '/cpuid.json';
const LEAF: Bytes = 16;

const hex = (value: number): string => `0x${value.toString(16)}`;

/** Registers by leaf; the device's offsets are leaves (cpuid(4)). */
export const cpuidJson = (leaves: ReadonlyMap<Bytes, Buffer>): string => {
  const registers = [...leaves]
    .filter(([, bytes]) => bytes.length === LEAF)
    .map(([leaf, bytes]) => {
      const [eax, ebx, ecx, edx] = [0, 4, 8, 12].map(at => hex(bytes.readUInt32LE(at)));
      return [hex(leaf), { eax, ebx, ecx, edx }] as const;
    });
  return JSON.stringify(Object.fromEntries(registers));
};

/** A swap header is one page, its signature the last ten bytes (kernel/power/swap.c); the rest names the disk. */
const PAGE: Bytes = 4096;
const SIGNATURE: Bytes = 10;
const signatureOnly = (page: Buffer): Buffer =>
  Buffer.concat([Buffer.alloc(PAGE - SIGNATURE), page.subarray(PAGE - SIGNATURE)]);

/**
 * Of kernel images what was read, of disks the signatures of swap. Nothing else that lies on a disk is carried: a disc for
 * somebody else may hold passwords in plain text right behind its descriptors.
 */
const extentsOf = (path: Path, read: ReadonlyMap<Bytes, Buffer>): [Bytes, Buffer][] => {
  if (path.startsWith('/boot/')) return [...read];
  const pages = [...read].filter(([, bytes]) => bytes.length === PAGE);
  return pages.map(([offset, page]) => [offset, signatureOnly(page)]);
};

const blocksOf = ({ blocks }: Heard, { blind }: Carried): Recording['blocks'] =>
  Object.fromEntries(
    [...blocks]
      .filter(([path]) => path !== CPUID)
      .map(([path, read]) => [
        carriedPath(path, blind),
        extentsOf(path, read).map(([offset, bytes]) => ({ offset, bytes: bytes.toString('base64') })),
      ]),
  );

/** Queries whose answers name units, or are a number, and nothing else. Those that fetch the environment are answered by what was read from it. */
const CARRIED_QUERIES = /^\["(failed-units|queued-jobs|vmware-toolbox-cmd","(speed|cpu|mem|balloon|swap)\w*)"/;

const queriesOf = ({ queries }: Heard, { blind }: Carried): Record<string, Ran> =>
  Object.fromEntries(
    [...queries]
      .filter(([key]) => CARRIED_QUERIES.test(key))
      .map(([key, ran]) => [key, { ...ran, stdout: blind.text(ran.stdout), stderr: blind.text(ran.stderr) }]),
  );

const byPath = <T>(records: ReadonlyMap<Path, T>, { blind }: Carried): Record<Path, T> =>
  Object.fromEntries([...records].map(([path, value]) => [carriedPath(path, blind), value]));

/** Plain data with every text in it blinded; what it is made of stays. */
const blindTexts = <T>(data: T, { blind }: Carried): T => JSON.parse(blind.text(JSON.stringify(data))) as T;

export const recordingOf = (heard: Heard, carried: Carried): Recording => {
  const { blind } = carried;
  const withheld = [...heard.files.keys()]
    .filter(path => isWithheld(path) && path !== lastPath)
    .map((path): [Path, Failure] => [path, { code: 'absent', happened: 'it is withheld' }]);
  const failures = new Map(
    [...heard.failures, ...withheld].map(([path, { code, happened }]) => [
      path,
      { code, happened: blind.text(happened) },
    ]),
  );
  return {
    schemaVersion: 1,
    stats: byPath(heard.stats, carried),
    free: byPath(heard.free, carried),
    failures: byPath(failures, carried),
    blocks: blocksOf(heard, carried),
    queries: queriesOf(heard, carried),
    recalled: blindTexts(Object.fromEntries(heard.recalled), carried),
  };
};
