/** Which interfaces the guest's configuration brings up, and with which static addresses; what netplan wrote is read as its renderer's. */
import type { Guest } from '../../guest/guest.ts';
import type { ConfiguredInterface } from './configured/configured.ts';
import { fromIfupdown } from './configured/ifupdown.ts';
import { fromNetworkManager } from './configured/network-manager.ts';
import { fromNetworkd } from './configured/networkd.ts';

/** Everything configured; an interface that nothing configures is nobody's promise. */
export const configuredInterfaces = async (guest: Guest): Promise<ConfiguredInterface[]> => [
  ...(await fromIfupdown(guest)),
  ...(await fromNetworkd(guest, await guest.list('/sys/class/net'))),
  ...(await fromNetworkManager(guest)),
];
