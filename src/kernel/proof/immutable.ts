import { kernelNotice } from '../../notices/kernel.ts';
import { isBlocked } from '../blocked.ts';
import { mountOf, mounts } from '../mounts.ts';
import type { Proof, ProofContext } from './context.ts';
import { notKept } from './persistent-state.ts';

/** Words of the kernel command line that belong to image-based systems: ostree(1), systemd-veritysetup-generator(8), overlayroot. */
const telling = /^(ostree|roothash|usrhash|systemd\.verity_root_data|overlayroot|rd\.live\.image)(=|$)/;

const reason = async (p: ProofContext): Promise<string | null> => {
  const words = (await p.guest.text('/proc/cmdline', 64 * 1024))?.split(/\s+/) ?? [];
  const word = words.find(found => telling.test(found));
  if (word !== undefined) return `${word.split('=', 1)[0]} on the kernel command line`;
  if ((await p.guest.stat('/run/ostree-booted')) !== null) return '/run/ostree-booted';
  const root = mountOf(await mounts(p.guest), '/');
  if (root === null) return null;
  if (notKept.has(root.type)) return `its root is ${root.type}`;
  if (root.options.includes('ro')) return 'its root is read-only';
  const chain = await p.rootChain();
  const verity = isBlocked(chain) ? undefined : chain.layers.find(({ kind }) => kind === 'verity');
  return verity === undefined ? null : `its root is verified by ${verity.name}`;
};

/** Immutable and A/B systems are only planned for (design.md, promise 9). */
export const immutable: Proof = async p => {
  const why = await reason(p);
  return why === null ? null : kernelNotice('immutable-root', '/', why);
};
