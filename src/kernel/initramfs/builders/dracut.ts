/** Fedora, RHEL, SUSE, Photon; Debian where somebody chose it: dracut(8). */
import type { Builder } from './builder.ts';

export const dracut: Builder = {
  name: 'dracut',
  programs: ['/usr/bin/dracut', '/usr/sbin/dracut', '/sbin/dracut'],
  tool: 'dracut',

  async prepare(_, { release, drivers, out, encrypted }) {
    // Only a host-only image holds crypttab (modules.d/90crypt): without it nothing would say how the root is unlocked. Drivers are
    // added to such an image; every other one is made for any host.
    const everywhere = encrypted ? [] : ['--no-hostonly', '--no-hostonly-cmdline'];
    return ['--force', ...everywhere, '--add-drivers', drivers.join(' '), out, release];
  },
};
