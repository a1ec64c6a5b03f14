/**
 * The systemd credential `ovf.env` (systemd.system-credentials(7)): PID 1 collects it at boot from QEMU's fw_cfg
 * (`opt/io.systemd.credentials/ovf.env`, systemd 251), SMBIOS OEM strings (`io.systemd.credential.binary:ovf.env=BASE64`,
 * systemd 252), the boot loader's EFI stub or the container manager, and keeps it for root alone.
 */
import type { Path } from '../../guest/guest.ts';
import { fetchFromFile, nothing } from './delivered.ts';
import type { Transport } from './transport.ts';

const file = 'ovf.env';
/**
 * Where it may lie. The first exists where an administrator's drop-in for our service says LoadCredential=,
 * LoadCredentialEncrypted= or ImportCredential=; we say none of them, as root may read the second without.
 */
const folders: Path[] = ['/run/credentials/enlighten.service', '/run/credentials/@system'];

export const credential: Transport = {
  name: 'credential',
  async fetch(guest) {
    for (const folder of folders) {
      const fetched = await fetchFromFile(guest, 'credential', `${folder}/${file}`);
      if (fetched.found !== null || fetched.notices.length > 0) return fetched;
    }
    return nothing;
  },
};
