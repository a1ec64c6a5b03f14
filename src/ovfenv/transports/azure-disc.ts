/**
 * Azure's provisioning disc: a DVD with `ovf-env.xml` in the root of a UDF file system, attached for the first boot and
 * ejected by Azure's agents once the machine is provisioned (WALinuxAgent, azurelinuxagent/common/osutil). Its label begins
 * with `rd_rdfe_stable`, but that is nowhere promised and not relied on.
 */
import { openIso } from '../iso9660/disc.ts';
import { openUdf } from '../udf/disc.ts';
import { fetchFromDiscs } from './discs.ts';
import type { Transport } from './transport.ts';

export const azure: Transport = {
  name: 'azure',
  // A bridge disc has both file systems over the same files; mount(8) would take UDF, too (blkid prefers it).
  fetch: guest => fetchFromDiscs(guest, 'azure', async reader => (await openUdf(reader)) ?? (await openIso(reader))),
};
