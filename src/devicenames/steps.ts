import type { Guest } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import type { DeviceNamesStep } from '../profiles/step.ts';
import { deviceNames, type FileChange } from './changes.ts';

const BY_UUID = {
  reason: 'The kernel names disks by their bus: another hypervisor, another name. A UUID is the same everywhere.',
  reference: 'https://manpages.debian.org/bookworm/mount/fstab.5.en.html',
};
const WITHOUT = {
  reason: 'It remembers the disks of one machine; on another it hides those that are there.',
  reference: 'https://man7.org/linux/man-pages/man8/lvmdevices.8.html',
};

/** What stands there now, and what should: the names, or the whole file. */
export const wordsOf = ({ after, names }: FileChange): { current: string; desired: string } =>
  after === null
    ? { current: 'present', desired: 'absent' }
    : { current: names.map(({ device }) => device).join(' '), desired: names.map(({ name }) => name).join(' ') };

const stepFor = (change: FileChange): DeviceNamesStep => ({
  id: `device-names:${change.path}`,
  kind: 'device-names',
  path: change.path,
  desired: wordsOf(change).desired,
  ...(change.after === null ? WITHOUT : BY_UUID),
  lasts: 'persistent',
});

/** One step for each file that should be another; none where every file is right. */
export const planDeviceNames = async (guest: Guest): Promise<{ steps: DeviceNamesStep[]; notices: Notice[] }> => {
  const { changes, notices } = await deviceNames(guest);
  return { steps: changes.map(stepFor), notices };
};
