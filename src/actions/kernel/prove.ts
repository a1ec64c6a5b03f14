import { environmentDevices } from '../../facts/facts.ts';
import type { Guest, Path } from '../../guest/guest.ts';
import type { BootEntry } from '../../kernel/bootloaders/bootloader.ts';
import { diskLoaderOf } from '../../kernel/bootloaders/index.ts';
import { chooseWay, type Way } from '../../kernel/trial/way.ts';
import { loaderNotice } from '../../notices/bootloader.ts';
import type { Notice } from '../../notices/notice.ts';
import { trialNotice } from '../../notices/trial.ts';
import type { KernelStep } from '../../profiles/step.ts';
import { withWords } from '../../settings/cmdline.ts';
import { memory } from './memory.ts';
import type { KernelWing } from './wing.ts';

/** Everything a trial is armed with. */
export interface Ready {
  way: Way;
  initramfs: string | null;
}

/**
 * The vendor's entry with our initramfs instead of the vendor's, in whose folder it lies. The loader may see that folder from elsewhere:
 * `/initrd.img-6.1` on a /boot of its own, `/@/boot/initrd.img-6.1` on btrfs. Null where its entry names some other file.
 */
const entryWith = (entry: BootEntry, vendors: Path | null, ours: Path | undefined): BootEntry | null => {
  if (ours === undefined) return entry;
  const isVendors = (file: string) => vendors !== null && (file.endsWith(vendors) || vendors.endsWith(file));
  const files = entry.initrd.split(' ');
  if (!files.some(isVendors)) return null;
  const name = ours.slice(ours.lastIndexOf('/') + 1);
  const named = (file: string) => file.slice(0, file.lastIndexOf('/') + 1) + name;
  return { ...entry, initrd: files.map(file => (isVendors(file) ? named(file) : file)).join(' ') };
};

/** Every proof, cheapest first; the way and the digest to arm with when all hold. */
export const prove = async (wing: KernelWing, step: KernelStep, guest: Guest): Promise<Ready | Notice> => {
  const { reboot: wish, facts, maker, frozen, deadline } = wing;
  const kernel = facts.kernels.find(({ release }) => release === step.desired);
  const target = kernel && { ...kernel, initramfs: step.initramfs ?? kernel.initramfs };
  if (!target) return trialNotice('kernel-not-installed', step.desired, 'no image, modules or initramfs');
  const known = frozen ?? memory(wing, step);
  if (known) return known;
  const disk = await diskLoaderOf(guest);
  const chosen = await chooseWay(guest, { disk, wish, kernel: target });
  if ('code' in chosen) return chosen;
  const worse = step.rejected?.find(({ release }) => release === step.desired)?.by;
  if (worse) return worse;
  const vendors = entryWith(chosen.entry, kernel.initramfs, step.initramfs);
  if (vendors === null) return loaderNotice('loader-entry', step.initramfs ?? target.image, target.release);
  const entry = { ...vendors, args: withWords(vendors.args, step.arguments ?? []) };
  const way = { ...chosen, entry };
  const candidate = { kernel: target, entry, maker };
  const obstacle =
    (await way.loader.obstacle(guest, candidate)) ?? (way.kept ? await disk.obstacle(guest, candidate) : null);
  if (obstacle) return obstacle;
  const { proofs } = await import('../../kernel/proof/index.ts');
  const { blocked, initramfsDigest } = await proofs(
    {
      guest,
      target,
      runningRelease: facts.runningRelease,
      devices: facts.devices,
      environmentDevices: environmentDevices(facts),
    },
    { deadline },
  );
  if (blocked) return blocked;
  const late = guest.clock.monotonic() > deadline;
  return late ? trialNotice('trial-no-time', step.desired, 'every proof held') : { way, initramfs: initramfsDigest };
};
