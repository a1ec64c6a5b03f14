/** A transport is one way the platform hands the environment document to the guest (`VirtualHardwareSection/@ovf:transport`). */
import type { Guest, WritableGuest } from '../../guest/guest.ts';
import type { Notice } from '../../notices/notice.ts';
import type { FetchedDocument, TransportName } from '../environment.ts';

export interface Fetched {
  /** Null is normal: this transport has nothing for this guest. */
  found: FetchedDocument | null;
  notices: Notice[];
  /** Why this transport could not even ask: worth saying only where no other one has a document. */
  hindered?: Notice;
}

export interface Transport {
  name: TransportName;
  /** Looks once. Whatever is wrong with what it finds is a Notice, never thrown; it loads no library. */
  fetch(guest: Guest): Promise<Fetched>;
  /**
   * Removes the whole document at its source (enlighten.scrub). Absent where the guest cannot: a disc, fw_cfg, SMBIOS.
   * @returns whether it is gone, seen by looking again; what it throws becomes a Notice.
   */
  scrub?(guest: WritableGuest, found: FetchedDocument): Promise<boolean>;
}
