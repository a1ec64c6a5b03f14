/** The document as a file of QEMU's firmware configuration device; the host reads it when the guest starts. */
import { escapeXml } from '../xml/escape.ts';
import type { Medium } from './medium.ts';
import { proxmoxArgs, qemuValue, shellWord } from './quoting.ts';

/** `opt/` and a reverse domain name is the user's part of the name space (QEMU, docs/specs/fw_cfg.rst). */
const name = 'opt/org.dmtf.ovf/env';

export const fwCfg: Medium = ({ document, file }) => {
  const value = `name=${name},file=${qemuValue(file)}`;
  return {
    files: [{ path: file, content: Buffer.from(document) }],
    handOver: [
      { platform: 'QEMU', how: `-fw_cfg ${shellWord(value)}` },
      {
        platform: 'libvirt',
        how: ['<sysinfo type="fwcfg">', `  <entry name="${name}" file="${escapeXml(file)}"/>`, '</sysinfo>'].join('\n'),
      },
      { platform: 'Proxmox VE', how: `qm set VMID --args ${proxmoxArgs('-fw_cfg', value)}` },
    ],
  };
};
