/** Everything the hypervisor offers, as far as it can be seen from inside: one file for each way of offering. */
import type { Guest } from '../../guest/guest.ts';
import type { Detection } from '../detection.ts';
import type { Device } from '../device.ts';
import { agentOffers } from './agents.ts';
import { balloonOffers } from './balloons.ts';
import { busOffers } from './buses.ts';
import { clockOffers } from './clocks.ts';
import { deviceOffers } from './devices.ts';
import { type Ground, groundOf } from './ground.ts';
import { hypervOffers } from './hyperv.ts';
import { kvmOffers } from './kvm.ts';
import type { Offer } from './offer.ts';
import { ptpOffers } from './ptp.ts';
import { shareOffers } from './shares.ts';
import { stealOffers } from './steal.ts';
import { vsockOffers } from './vsock.ts';
import { watchdogOffers } from './watchdog.ts';
import { xenOffers } from './xen.ts';

const offering: readonly ((ground: Ground) => Offer[] | Promise<Offer[]>)[] = [
  busOffers,
  clockOffers,
  ptpOffers,
  stealOffers,
  deviceOffers,
  balloonOffers,
  vsockOffers,
  shareOffers,
  agentOffers,
  watchdogOffers,
  kvmOffers,
  hypervOffers,
  xenOffers,
];

/**
 * Reads a few dozen small files, runs no program, never throws for what the guest holds.
 * Feature bits of an interface that is not there are left out; everything else is told even when it is not offered.
 * @param devices what devices() found
 */
export const offers = async (guest: Guest, detection: Detection, devices: readonly Device[]): Promise<Offer[]> => {
  const ground = await groundOf(guest, detection, devices);
  const found: Offer[] = [];
  for (const offer of offering) found.push(...(await offer(ground)));
  return found;
};

/** One entry of `offers` in the document of `enlighten detect --offers --json`. */
export const offerJson = ({ id, title, offered, inUse, missing, evidence, reference }: Offer) => ({
  id,
  title,
  offered,
  inUse,
  missing,
  evidence,
  reference,
});
