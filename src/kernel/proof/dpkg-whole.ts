import { kernelNotice } from '../../notices/kernel.ts';
import { DPKG, isUnfinished, journalIsOpen, packageStates } from '../../packages/dpkg-status.ts';
import type { Proof } from './context.ts';

/** dpkg is not half done: a kernel package whose hooks have not run may lack its initramfs or module tables. */
export const dpkgWhole: Proof = async ({ guest }) => {
  if (await journalIsOpen(guest))
    return kernelNotice('packages-unfinished', `${DPKG}/updates`, 'its journal is not merged');
  for (const [name, status] of await packageStates(guest)) {
    if (isUnfinished(status)) return kernelNotice('packages-unfinished', name, status);
  }
  return null;
};
