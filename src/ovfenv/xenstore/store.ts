/** Reads of xenstore over the kernel's device, one question at a time. Paths without a leading slash are the domain's own. */
import { EnlightenError } from '../../errors.ts';
import type { Channel, Clock, Guest, Path } from '../../guest/guest.ts';
import { headerBytes, headerIn, messageTypes, namesIn, requestFor } from './wire.ts';

/** For all that is asked over one channel; xenstored answers each question in well under a millisecond. */
const allWithinMs = 5000;

export interface Xenstore {
  /** The node's value; null when there is no such node. Throws EnlightenError `unreadable`, as does the other. */
  read(path: string): Promise<Buffer | null>;
  /** The names of its children, in no order; empty when there is no such node. */
  children(path: string): Promise<string[]>;
}

/** @param device where the channel was opened, for messages. */
const xenstoreOver = (channel: Channel, device: Path, clock: Clock): Xenstore => {
  const until = clock.monotonic() + allWithinMs;
  let request = 0;

  const ask = async (type: number, path: string): Promise<Buffer | null> => {
    const broken = (happened: string) => new EnlightenError('unreadable', { tried: 'ask for', on: path, happened });
    if (clock.monotonic() > until) throw broken(`${device} is too slow: ${request} answers took ${allWithinMs} ms`);
    request += 1;
    await channel.write(requestFor(type, request, path));
    const header = headerIn(await channel.read(headerBytes));
    if (header === null) throw broken(`${device} announced an answer longer than the protocol allows`);
    const payload = await channel.read(header.length);
    const fits = header.request === request && (header.type === type || header.type === messageTypes.error);
    if (!fits) throw broken(`${device} answered something else`);
    if (header.type === type) return payload;
    const [error = ''] = namesIn(payload);
    if (error === 'ENOENT') return null;
    throw broken(`xenstore says ${JSON.stringify(error.slice(0, 40))}`);
  };

  return {
    read: path => ask(messageTypes.read, path),
    children: async path => namesIn((await ask(messageTypes.directory, path)) ?? Buffer.alloc(0)),
  };
};

/** The kernel's own device, and the older one of xenfs. */
const devices: readonly Path[] = ['/dev/xen/xenbus', '/proc/xen/xenbus'];

/**
 * What `ask` finds in the store; null where no device leads to one.
 * @throws EnlightenError `unreadable`, as the store does
 */
export const withXenstore = async <T>(guest: Guest, ask: (store: Xenstore) => Promise<T>): Promise<T | null> => {
  for (const device of devices) {
    const channel = await guest.channel(device);
    if (channel === null) continue;
    try {
      return await ask(xenstoreOver(channel, device, guest.clock));
    } finally {
      await channel.close();
    }
  }
  return null;
};
