/** A transport is one way the platform hands the environment document to the guest (`VirtualHardwareSection/@ovf:transport`). */
import type { Guest, WritableGuest } from '../../guest/guest.ts';
import type { Notice } from '../../notices/notice.ts';
import type { FetchedDocument, TransportName } from '../environment.ts';

export interface Fetched {
  /** Null is normal: this transport has nothing for this guest. */
  found: FetchedDocument | null;
  notices: Notice[];
}

export interface Transport {
  name: TransportName;
  /** Looks once. Whatever is wrong with what it finds is a Notice, never thrown; it loads no library. */
  fetch(guest: Guest): Promise<Fetched>;
  /**
   * Removes the document found at its source, so that no secret stays where others in the guest can read it; absent where
   * the guest cannot. False when it is still there. Never throws for what the platform refuses. What the platform keeps
   * on its side it may deliver again at the next power-on.
   */
  scrub?(guest: WritableGuest, found: FetchedDocument): Promise<boolean>;
}
