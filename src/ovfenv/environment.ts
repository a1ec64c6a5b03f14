/**
 * What does the deployer want? The OVF environment (DSP0243 §11, ISO 17203:2011 clause 11; schema DSP8027) as one typed value.
 */
import type { Notice } from '../notices/notice.ts';
import type { Declaration } from './descriptor/declaration.ts';

export type TransportName =
  | 'iso'
  | 'azure'
  | 'guestinfo'
  | 'fw_cfg'
  | 'credential'
  | 'smbios'
  | 'xenstore'
  | 'kvp'
  | 'vbox'
  | 'file'
  | 'seed';

/** The bytes one transport delivered. */
export interface FetchedDocument {
  transport: TransportName;
  /** `/dev/sr0:/ovf-env.xml` */
  source: string;
  document: Buffer;
  /** What came with it (OVF 2.x, `/ovffiles/`), as paths beside the document. */
  files?: string[];
}

export interface PlatformSection {
  kind: string | null;
  version: string | null;
  vendor: string | null;
  locale: string | null;
  /** Minutes from UTC, east positive. */
  timezone: number | null;
}

export interface Peer {
  id: string;
  properties: Record<string, string>;
}

export interface Adapter {
  mac: string;
  network: string;
  unitNumber: number | null;
}

/** Who wrote the document, in VMware's words. */
export interface VmwareIdentity {
  /** Managed object id of this machine (`vm-16387`) where vCenter wrote it. */
  vCenterId: string | null;
  /** The same where a single ESXi host wrote it (`ovftool --X:injectOvfEnv`). */
  esxId: string | null;
}

export interface Environment {
  /** `azure` for Azure's provisioning document, which has no PropertySection. */
  kind: 'ovf' | 'azure';
  transport: TransportName;
  source: string;
  /** True when this is the last one read and none was found at this boot: it stays in force. */
  stale: boolean;
  id: string | null;
  platform: PlatformSection | null;
  properties: Record<string, string>;
  /** What the appliance's descriptor says of its properties, by the key they have in the environment; empty without one. */
  declarations: Record<string, Declaration>;
  /** Keys that the descriptor declares as passwords, for any machine in it: a peer's, too. */
  passwords: string[];
  peers: Peer[];
  adapters: Adapter[];
  /** Null where VMware's attributes are absent. */
  vmware: VmwareIdentity | null;
  /** Paths on the medium of the files that came with the document: `/ovffiles/licence.txt`. */
  files: string[];
  notices: Notice[];
}
