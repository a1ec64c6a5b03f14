import { dirname } from 'node:path/posix';
import type { Device } from '../../detect/device.ts';
import type { Guest, Path } from '../../guest/guest.ts';
import type { Notice } from '../../notices/notice.ts';
import { type Blocked, isBlocked } from '../blocked.ts';
import { type Algorithm, digestOf } from '../digest.ts';
import { type Initramfs, readInitramfs } from '../initramfs/read.ts';
import type { InstalledKernel } from '../installed.ts';
import { type ModuleDatabase, moduleDatabase } from '../modules.ts';
import { type RootChain, rootChain } from '../rootchain.ts';

/** What is to be proven: that this kernel boots on this machine. */
export interface Subject {
  guest: Guest;
  /** The kernel to try. */
  target: InstalledKernel;
  /** `uname -r` */
  runningRelease: string;
  /** The inventory of this machine. */
  devices: readonly Device[];
  /** Ids, drivers or names (`sr0`) of the devices the environment came from. */
  environmentDevices: readonly string[];
}

/** The subject, and what several proofs read: each is read once, when first asked for. */
export interface ProofContext extends Subject {
  /** True once there is no more time. Long proofs ask between files and blocks. */
  late(): boolean;
  targetModules(): Promise<ModuleDatabase | Blocked>;
  /** null when the running kernel's tables are gone. */
  runningModules(): Promise<ModuleDatabase | null>;
  /** null when the kernel has none. */
  initramfs(): Promise<Initramfs | Blocked | null>;
  rootChain(): Promise<RootChain | Blocked>;
  /** The digest of a file's content, in hexadecimal; null when it is absent. */
  digest(path: Path, algorithm: Algorithm): Promise<string | null>;
}

/** Looks, changes nothing; null: nothing speaks against it. */
export type Proof = (p: ProofContext) => Promise<Notice | null>;

const once = <T>(read: () => Promise<T>): (() => Promise<T>) => {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
};

/** @param deadline on the guest's monotonic clock, in milliseconds */
export const proofContext = (subject: Subject, deadline: number): ProofContext => {
  const { guest, target } = subject;
  const late = () => guest.clock.monotonic() >= deadline;
  const digests = new Map<string, Promise<string | null>>();
  return {
    ...subject,
    late,
    targetModules: once(() => moduleDatabase(guest, target.modules)),
    runningModules: once(async () => {
      const found = await moduleDatabase(guest, `${dirname(target.modules)}/${subject.runningRelease}`);
      return isBlocked(found) ? null : found;
    }),
    initramfs: once(async () => (target.initramfs === null ? null : readInitramfs(guest, target.initramfs, late))),
    rootChain: once(() => rootChain(guest)),
    digest(path, algorithm) {
      const key = `${algorithm} ${path}`;
      const known = digests.get(key) ?? digestOf(guest, path, algorithm);
      digests.set(key, known);
      return known;
    },
  };
};
