/** Debian and Ubuntu: mkinitramfs(8), whose `-d` takes another configuration folder. */
import { type Builder, WORKSHOP } from './builder.ts';
import { copyFiles } from './copy.ts';

const CONFIG = '/etc/initramfs-tools';
const HERE = `${WORKSHOP}/initramfs-tools`;

export const initramfsTools: Builder = {
  name: 'initramfs-tools',
  programs: ['/usr/sbin/mkinitramfs', '/sbin/mkinitramfs'],
  tool: 'mkinitramfs',

  async prepare(guest, { release, drivers, out }) {
    await copyFiles(guest, CONFIG, HERE);
    // Read in the order of names, the last word counts: Debian's installer leaves its MODULES=dep in conf.d/driver-policy.
    await guest.replace(`${HERE}/conf.d/zzzz-enlighten`, 'MODULES=most\n');
    // mkinitramfs goes into this folder without asking whether it is there.
    await guest.replace(`${HERE}/scripts/.enlighten`, '');
    const own = (await guest.read(`${CONFIG}/modules`))?.toString('utf8') ?? '';
    await guest.replace(`${HERE}/modules`, `${own}\n${drivers.join('\n')}\n`);
    return ['-d', HERE, '-o', out, release];
  },
};
