/** Every transport there is. Which of them are asked, and in which order, is the table of order.ts. */
import { azure } from './azure-disc.ts';
import { credential } from './credential.ts';
import { fwCfg } from './fw-cfg.ts';
import { iso } from './iso.ts';
import { smbios } from './smbios.ts';
import type { Transport } from './transport.ts';

export const transports: readonly Transport[] = [iso, azure, fwCfg, credential, smbios];
