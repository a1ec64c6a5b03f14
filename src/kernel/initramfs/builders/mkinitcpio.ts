/** Arch: mkinitcpio(8). The hook `autodetect` is what makes an image host-only. */
import { type Builder, WORKSHOP } from './builder.ts';

const CONFIG = '/etc/mkinitcpio.conf';
const DROP_INS = '/etc/mkinitcpio.conf.d';
const HERE = `${WORKSHOP}/mkinitcpio.conf`;

export const mkinitcpio: Builder = {
  name: 'mkinitcpio',
  programs: ['/usr/bin/mkinitcpio'],
  tool: 'mkinitcpio',

  async prepare(guest, { release, drivers, out }) {
    // "If specified, drop-in files in /etc/mkinitcpio.conf.d/ will be ignored" (mkinitcpio(8), -c): so they go in here.
    const dropIns = (await guest.list(DROP_INS)).filter(name => name.endsWith('.conf'));
    const parts = [];
    for (const path of [CONFIG, ...dropIns.map(name => `${DROP_INS}/${name}`)]) {
      parts.push((await guest.read(path))?.toString('utf8') ?? '');
    }
    await guest.replace(HERE, [...parts, `MODULES+=(${drivers.join(' ')})`, ''].join('\n'));
    return ['-c', HERE, '-S', 'autodetect', '-k', release, '-g', out];
  },
};
