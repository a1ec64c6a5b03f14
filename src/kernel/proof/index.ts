/**
 * Everything that must hold before another kernel is tried (design.md, "The trial", Prove) and that can be seen without the boot
 * loader. Each proof looks and changes nothing; the first that fails ends it.
 */
import { saying } from '../../errors.ts';
import { kernelNotice } from '../../notices/kernel.ts';
import type { Notice } from '../../notices/notice.ts';
import { isBlocked } from '../blocked.ts';
import { type Proof, type ProofContext, proofContext, type Subject } from './context.ts';
import { coverageProof } from './coverage.ts';
import { digests } from './digests.ts';
import { hibernation } from './hibernation.ts';
import { immutable } from './immutable.ts';
import { initramfs } from './initramfs.ts';
import { packagesWhole } from './packages-whole.ts';
import { passphrase } from './passphrase.ts';
import { persistentState } from './persistent-state.ts';
import { room } from './room.ts';
import { rootChainProof } from './root-chain.ts';
import { secureBoot } from './secure-boot.ts';

/** Cheap ones first: the last three read the whole initramfs and every file of the kernel's packages. */
const table: Record<string, Proof> = {
  immutable,
  'persistent-state': persistentState,
  room,
  'secure-boot': secureBoot,
  'packages-whole': packagesWhole,
  hibernation,
  passphrase,
  coverage: coverageProof,
  'root-chain': rootChainProof,
  initramfs,
  digests,
};

/** A proof that cannot look proves nothing: what it stumbled over is the Notice. */
const outcome = async (name: string, proof: Proof, context: ProofContext): Promise<Notice | null> => {
  const { release } = context.target;
  if (context.late()) return kernelNotice('proof-out-of-time', release, name);
  try {
    return await proof(context);
  } catch (error) {
    return kernelNotice('proof-failed', release, `${name}: ${saying(error)}`);
  }
};

export interface Proven {
  /** The first thing that speaks against it; null: it may be tried. */
  blocked: Notice | null;
  /** SHA-256 of the initramfs that was proven; null when there is none or it was not reached. */
  initramfsDigest: string | null;
}

/**
 * Runs all proofs, stopping at the first that fails. Never throws.
 * @param limit.deadline on `guest.clock.monotonic()`, in milliseconds; past it the Notice is `proof-out-of-time`
 */
export const proofs = async (subject: Subject, limit: { deadline: number }): Promise<Proven> => {
  const context = proofContext(subject, limit.deadline);
  for (const [name, proof] of Object.entries(table)) {
    const blocked = await outcome(name, proof, context);
    if (blocked !== null) return { blocked, initramfsDigest: null };
  }
  const read = await context.initramfs();
  return { blocked: null, initramfsDigest: read === null || isBlocked(read) ? null : read.digest };
};
