/** Every transport there is. Which of them are asked, and in which order, is the table of order.ts. */
import { azure } from './azure-disc.ts';
import { credential } from './credential.ts';
import { fwCfg } from './fw-cfg.ts';
import { guestinfo } from './guestinfo.ts';
import { iso } from './iso.ts';
import { kvp } from './kvp.ts';
import { seed } from './seed.ts';
import { smbios } from './smbios.ts';
import type { Transport } from './transport.ts';
import { vbox } from './vbox.ts';
import { xenstore } from './xenstore.ts';

export const transports: readonly Transport[] = [
  iso,
  azure,
  fwCfg,
  credential,
  smbios,
  kvp,
  xenstore,
  guestinfo,
  vbox,
  seed,
];
