import { prepareNotice } from '../../notices/prepare.ts';
import { missing, ok, unknown } from '../finding.ts';
import type { Requirement } from '../requirement.ts';

/** `console=ttyS0,115200n8` is the device `ttyS0`. */
const consolesIn = (args: string): string[] =>
  [...args.matchAll(/(?:^|\s)console=([^\s,]+)/g)].map(([, device]) => (device === 'tty' ? 'tty0' : (device ?? '')));

/** Without `console=` the kernel takes the screen, on Xen PV the hypervisor's console (arch/x86/xen/enlighten_pv.c). */
const byDefault: readonly string[] = ['tty0', 'hvc0'];

/** What the kernel and a trial say is seen by somebody. */
export const console: Requirement = {
  id: 'console',
  title: 'what the kernel says is seen there',
  reference: 'https://docs.kernel.org/admin-guide/serial-console.html',
  of: 'target',
  async look({ entry, first }) {
    const named = entry === null ? null : consolesIn(entry.args);
    return ({ consoles }) => {
      const release = first?.release ?? '/boot';
      if (named === null) return unknown(prepareNotice('image-no-entry', '/boot', release));
      const seen = (named.length === 0 ? byDefault : named).find(device => consoles.includes(device));
      if (seen !== undefined) return ok(seen);
      return missing(prepareNotice('image-console', release, named.length === 0 ? 'the screen' : named.join(', ')));
    };
  },
};
