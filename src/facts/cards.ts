import type { Guest } from '../guest/guest.ts';
import { nics } from '../network/nics.ts';
import type { NetworkCard } from './facts.ts';

const MAX_QUEUES = 4096;

/** The network cards, with their queues (Documentation/ABI/testing/sysfs-class-net-queues). */
export const networkCards = async (guest: Guest): Promise<NetworkCard[]> =>
  Promise.all(
    (await nics(guest)).map(async ({ name, driver }) => ({
      ...{ name, driver },
      queues: await guest.list(`/sys/class/net/${name}/queues`, MAX_QUEUES),
    })),
  );
