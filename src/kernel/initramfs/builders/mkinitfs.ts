/** Alpine: mkinitfs(1), which takes a configuration file and further folders of features; a feature is a list of files. */
import { type Builder, WORKSHOP } from './builder.ts';

const CONFIG = '/etc/mkinitfs/mkinitfs.conf';
const HERE = `${WORKSHOP}/mkinitfs`;

export const mkinitfs: Builder = {
  name: 'mkinitfs',
  programs: ['/sbin/mkinitfs', '/usr/sbin/mkinitfs'],
  tool: 'mkinitfs',

  async prepare(guest, { release, drivers, modules, out }) {
    const files = drivers.map(driver => modules.file(driver)).filter(path => path !== null);
    const own = (await guest.read(CONFIG))?.toString('utf8') ?? '';
    await guest.replace(`${HERE}/features.d/enlighten.modules`, `${files.join('\n')}\n`);
    await guest.replace(`${HERE}/mkinitfs.conf`, `${own}\nfeatures="$features enlighten"\n`);
    return ['-c', `${HERE}/mkinitfs.conf`, '-P', `${HERE}/features.d`, '-o', out, release];
  },
};
