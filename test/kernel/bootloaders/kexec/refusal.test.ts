import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGuest } from '../../../../src/guest/open.ts';
import { kexecRefusal } from '../../../../src/kernel/bootloaders/kexec/refusal.ts';
import { folderWith } from '../../../detect/folder.ts';
import { UNIVERSAL } from '../grub/machine.ts';
import { type Files, kexecFiles } from './machine.ts';

test('nothing speaks against it; nor where the kernel’s configuration is not told', async t => {
  const { [`/boot/config-${UNIVERSAL}`]: _, ...untold } = kexecFiles;
  for (const files of [kexecFiles, untold]) assert.equal(await kexecRefusal(openGuest(folderWith(t, { files }))), null);
});

const CONFIG = `/boot/config-${UNIVERSAL}`;
const locked = { '/sys/kernel/security/lockdown': 'none [integrity] confidentiality\n' };

const faults: Record<string, [Files | string, string]> = {
  'no kexec-tools': ['/sbin/kexec', 'kexec-absent'],
  'no systemd': ['/lib/systemd/system/kexec.target', 'kexec-absent'],
  'a kernel without kexec (CONFIG_KEXEC off)': ['/sys/kernel/kexec_loaded', 'kexec-absent'],
  'a kernel without kexec_file_load': [{ [CONFIG]: '# CONFIG_KEXEC_FILE is not set\n' }, 'kexec-absent'],
  kexec_load_disabled: [{ '/proc/sys/kernel/kexec_load_disabled': '1\n' }, 'kexec-forbidden'],
  'no load left': [{ '/proc/sys/kernel/kexec_load_limit_reboot': '0\n' }, 'kexec-forbidden'],
  'lockdown without signatures': [{ ...locked, [CONFIG]: 'CONFIG_KEXEC_FILE=y\n' }, 'kexec-forbidden'],
  'Xen PV': [{ '/sys/hypervisor/guest_type': 'PV\n' }, 'kexec-guest'],
  'Intel TDX': [{ '/proc/cpuinfo': 'processor\t: 0\nflags\t\t: fpu hypervisor tdx_guest\n' }, 'kexec-guest'],
  'AMD SEV-SNP': [{ '/proc/cpuinfo': 'flags\t\t: sev sev_es sev_snp\n' }, 'kexec-guest'],
  'a confidential guest by its device': [{ '/dev/sev-guest': '' }, 'kexec-guest'],
  'somebody’s kernel is loaded': [{ '/sys/kernel/kexec_loaded': '1\n' }, 'kexec-taken'],
};

for (const [name, [fault, code]] of Object.entries(faults)) {
  test(`${name}: ${code}`, async t => {
    const files = { ...kexecFiles, ...(typeof fault === 'string' ? {} : fault) };
    if (typeof fault === 'string') delete files[fault];
    assert.equal((await kexecRefusal(openGuest(folderWith(t, { files }))))?.code, code);
  });
}

test('lockdown with a kernel that checks signatures, Xen HVM, an ordinary processor: possible', async t => {
  const more = { ...locked, '/sys/hypervisor/guest_type': 'HVM\n', '/proc/cpuinfo': 'flags\t\t: fpu svm hypervisor\n' };
  assert.equal(await kexecRefusal(openGuest(folderWith(t, { files: { ...kexecFiles, ...more } }))), null);
});
