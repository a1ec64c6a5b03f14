/** Cards in a folder's sysfs. */
import { mkdirSync } from 'node:fs';
import { freshFolder, linkTo, put } from '../kernel/machine.ts';

export interface Card {
  name: string;
  mac: string;
  driver?: string;
  up?: boolean;
}

let slot = 0;

export const card = (root: string, { name, mac, driver = 'virtio_net', up = false }: Card): void => {
  slot += 1;
  const device = `/sys/devices/pci0000:00/0000:01:${(slot % 0xff).toString(16).padStart(2, '0')}.0`;
  put(root, `${device}/net/${name}/address`, `${mac}\n`);
  put(root, `${device}/net/${name}/type`, '1\n');
  put(root, `${device}/net/${name}/addr_assign_type`, '0\n');
  put(root, `${device}/net/${name}/flags`, up ? '0x1003\n' : '0x1002\n');
  mkdirSync(`${root}/sys/bus/pci/drivers/${driver}`, { recursive: true });
  linkTo(root, `${device}/driver`, `/sys/bus/pci/drivers/${driver}`);
  linkTo(root, `${device}/net/${name}/device`, device);
  linkTo(root, `/sys/class/net/${name}`, `${device}/net/${name}`);
};

/** A machine with these cards, ifupdown and udev. */
export const machine = (cards: readonly Card[], files: Record<string, string> = {}): string => {
  const root = freshFolder();
  put(root, '/sys/class/net/lo/address', '00:00:00:00:00:00\n');
  put(root, '/usr/sbin/ifup', '');
  put(root, '/usr/lib/systemd/systemd-udevd', '');
  for (const one of cards) card(root, one);
  for (const [path, content] of Object.entries(files)) put(root, path, content);
  return root;
};
