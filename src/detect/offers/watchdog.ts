/** A watchdog whose end the host sees. Only drivers find most of them: what is not loaded does not show. */
import type { Ground } from './ground.ts';
import { type Offer, offerOf } from './offer.ts';

const FOLDER = '/sys/class/watchdog';
const MAX_WATCHDOGS = 64;
/** Timers of the guest itself: they stop when it does. */
const ownTimers = /^Software Watchdog/;

export const watchdogOffers = async ({ guest }: Ground): Promise<Offer[]> => {
  const evidence: string[] = [];
  let active = false;
  for (const name of (await guest.list(FOLDER)).slice(0, MAX_WATCHDOGS)) {
    const identity = await guest.text(`${FOLDER}/${name}/identity`);
    if (!identity || ownTimers.test(identity)) continue;
    const state = await guest.text(`${FOLDER}/${name}/state`);
    active ||= state === 'active';
    evidence.push(`${FOLDER}/${name} is ${identity}, ${state ?? 'state unknown'}`);
  }
  const found = evidence.length > 0;
  return [
    offerOf(
      {
        id: 'watchdog',
        title: 'watchdog',
        reference: 'Documentation/watchdog/watchdog-api.rst; systemd-system.conf(5)',
      },
      {
        offered: found ? true : null,
        inUse: found ? active : null,
        missing: found ? { kind: 'setting', name: 'RuntimeWatchdogSec= in system.conf' } : null,
        evidence,
      },
    ),
  ];
};
