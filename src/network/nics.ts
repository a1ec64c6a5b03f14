/** The network cards: interfaces with a device of their own, and an address the maker, or the hypervisor, gave them. */
import type { Guest } from '../guest/guest.ts';

export interface Nic {
  /** `enp6s18` */
  name: string;
  /** In lower case. */
  mac: string;
  /** `vmxnet3` */
  driver: string;
  /** Somebody has brought it up already: the initramfs for a root on the network, or a person. */
  up: boolean;
}

const MAX_INTERFACES = 1024;
const NET = '/sys/class/net';
/** include/uapi/linux/if_arp.h: ARPHRD_ETHER */
const ETHERNET = '1';
/** include/uapi/linux/netdevice.h: NET_ADDR_PERM; a random or borrowed address says nothing about which card it is. */
const PERMANENT = '0';
/** include/uapi/linux/if.h: IFF_UP */
const IFF_UP = 1;

const nicAt = async (guest: Guest, name: string): Promise<Nic | null> => {
  const folder = `${NET}/${name}`;
  const driver = await guest.link(`${folder}/device/driver`);
  const mac = (await guest.text(`${folder}/address`))?.toLowerCase() ?? '';
  // Below a bond or Hyper-V's synthetic card: its upper one is meant, and has the same address.
  const isPort = (await guest.link(`${folder}/master`)) !== null;
  if (driver === null || isPort || !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)) return null;
  const [type, assigned] = [await guest.text(`${folder}/type`), await guest.text(`${folder}/addr_assign_type`)];
  if ((type ?? ETHERNET) !== ETHERNET || (assigned ?? PERMANENT) !== PERMANENT) return null;
  const flags = Number((await guest.text(`${folder}/flags`)) ?? 0);
  return { name, mac, driver: driver.slice(driver.lastIndexOf('/') + 1), up: (flags & IFF_UP) !== 0 };
};

/** By name; two cards with one address are told apart by nothing that lasts, and left out. */
export const nics = async (guest: Guest): Promise<Nic[]> => {
  const found = await Promise.all((await guest.list(NET, MAX_INTERFACES)).map(name => nicAt(guest, name)));
  const all = found.filter(nic => nic !== null);
  return all.filter(({ mac }) => all.filter(other => other.mac === mac).length === 1);
};

export const interfaceNames = (guest: Guest): Promise<string[]> => guest.list(NET, MAX_INTERFACES);
