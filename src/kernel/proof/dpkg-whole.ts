import { kernelNotice } from '../../notices/kernel.ts';
import type { Proof } from './context.ts';

const DPKG = '/var/lib/dpkg';
/** A Debian desktop's status file has 5 MiB. */
const MAX_STATUS = 32 * 1024 * 1024;
/** Third word of `Status:` (dpkg(1), "Package states"): everything else is a package on its way. */
const settled = new Set(['installed', 'config-files', 'not-installed']);

/** `install ok installed`: what is wanted, the error flag, the state. */
const unfinished = (status: string): boolean => {
  const [, flag, state] = status.trim().split(/\s+/);
  return flag !== 'ok' || state === undefined || !settled.has(state);
};

/** dpkg is not half done: a kernel package whose hooks have not run may lack its initramfs or module tables. */
export const dpkgWhole: Proof = async p => {
  const journal = await p.guest.list(`${DPKG}/updates`);
  if (journal.length > 0) return kernelNotice('packages-unfinished', `${DPKG}/updates`, 'its journal is not merged');
  const text = (await p.guest.read(`${DPKG}/status`, MAX_STATUS))?.toString('utf8') ?? '';
  let name = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('Package: ')) name = line.slice(9);
    if (line.startsWith('Status: ') && unfinished(line.slice(8))) {
      return kernelNotice('packages-unfinished', name, line.slice(8));
    }
  }
  return null;
};
