/**
 * How each package manager is told which kernels it may not remove by itself. apt keeps by itself the kernel that was running when it was
 * called and the two newest (APT::Protect-Kernels; apt-pkg/algorithms.cc): neither the fall-back nor the universal one need be among
 * them. What APT::NeverAutoRemove matches it never offers to `autoremove`; a person's `apt remove` is a person's word.
 *
 * The others cannot be told more than their own configuration says, which is the vendor's:
 *   dnf      removes kernels beyond installonly_limit (3); protects the running one (protect_running_kernel). /etc/dnf/protected.d names
 *            packages without versions, and so cannot name a kernel (dnf.conf(5)). Set installonly_limit=0 in the image.
 *   zypper   `zypper purge-kernels` keeps what multiversion.kernels lists, by default latest, latest-1, running (zypp.conf)
 *   tdnf     removes no kernel by itself
 *   apk      has one kernel of each flavour, and replaces it
 */
import type { Path } from '../guest/guest.ts';

/** Read in the order of names; 01autoremove of apt's own comes before. */
export const APT: { folder: Path; file: Path; reference: string } = {
  folder: '/etc/apt/apt.conf.d',
  file: '/etc/apt/apt.conf.d/52ovf-enlighten',
  reference: 'https://manpages.debian.org/bookworm/apt/apt.conf.5.en.html',
};

const escaped = (release: string): string => release.replace(/[.+^$()[\]{}|*?\\]/g, '\\$&');

/** Image, modules and headers of these releases, signed or not. */
export const aptProtection = (releases: readonly string[]): string =>
  [
    '// Written by ovf-enlighten: `apt autoremove` leaves these kernels alone. `enlighten undo` takes the file away.',
    'APT::NeverAutoRemove {',
    ...releases.map(release => `  "^linux-.*-${escaped(release)}(-unsigned)?$";`),
    '};',
    '',
  ].join('\n');
