import { machineIdentity } from '../../facts/machine.ts';
import type { Guest } from '../../guest/guest.ts';
import type { Baseline } from '../../state/state.ts';

/** Network interfaces that belong to a device with a driver: not lo, not bridges and tunnels. */
export const interfacesWithDriver = async (guest: Guest): Promise<{ name: string; mac: string }[]> => {
  const found: { name: string; mac: string }[] = [];
  for (const name of await guest.list('/sys/class/net')) {
    const mac = await guest.text(`/sys/class/net/${name}/address`);
    const driver = await guest.link(`/sys/class/net/${name}/device/driver`);
    if (mac && driver !== null) found.push({ name, mac });
  }
  return found;
};

/** What a trial must find again: the NICs by MAC (names may change, `eth0` and `ens3` are the same card) and the root file system. */
export const baselineOf = async (guest: Guest): Promise<Baseline> => {
  const nics = (await interfacesWithDriver(guest)).map(({ mac }) => mac).sort();
  return { nics, root: (await machineIdentity(guest)).root };
};
