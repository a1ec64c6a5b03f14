/** What a vendor should know about a sealed image, whatever hypervisor it goes to; nothing of it stops the seal. */
import type { Guest } from '../guest/guest.ts';
import { isBlocked } from '../kernel/blocked.ts';
import type { BootLoader } from '../kernel/bootloaders/bootloader.ts';
import { rebootsByKexec } from '../kernel/bootloaders/kexec/firmware.ts';
import { kexecNotice } from '../notices/kexec.ts';
import type { Notice } from '../notices/notice.ts';
import { type Image, readImage } from '../prepare/image.ts';
import { identity } from '../prepare/requirements/identity.ts';
import { trial } from '../prepare/requirements/trial.ts';
import { targets } from '../prepare/targets.ts';

const ofKernels = ({ kernels }: Image): Notice[] =>
  kernels.flatMap(({ drivers, loaded }) => {
    const unread = [drivers, loaded].find(isBlocked);
    return unread === undefined ? [] : [unread.blocked];
  });

/** Any target whose loader is the disk's own will do: what is asked here is the same on all of them. */
const somewhere = targets.find(({ startedBy }) => startedBy.includes('bios'));

/** The agent's own reboots go around it. A person's do not: they start the newest kernel, whatever was found out about it. */
const pastTheLoader = async (guest: Guest): Promise<Notice[]> =>
  (await rebootsByKexec(guest)) ? [kexecNotice('kexec-reboots', '/etc/default/kexec', 'LOAD_KEXEC=true')] : [];

export const remarks = async (guest: Guest, loader: BootLoader): Promise<Notice[]> => {
  const image = await readImage(guest, loader, () => false);
  const judges = [await trial.look(image), await identity.look(image)];
  const findings = somewhere === undefined ? [] : judges.map(judge => judge(somewhere));
  const past = await pastTheLoader(guest);
  return [
    ...ofKernels(image),
    ...past,
    ...findings.flatMap(finding => (finding.state === 'missing' ? [finding.by] : [])),
  ];
};
