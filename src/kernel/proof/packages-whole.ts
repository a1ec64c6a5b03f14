import { kernelNotice } from '../../notices/kernel.ts';
import { databaseOf } from '../../packages/databases/index.ts';
import type { Proof } from './context.ts';

/** The package manager is not half done: a kernel package whose hooks have not run may lack its initramfs or module tables. */
export const packagesWhole: Proof = async ({ guest }) => {
  const half = await (await databaseOf(guest))?.unfinished(guest);
  return half ? kernelNotice('packages-unfinished', half.subject, half.what) : null;
};
