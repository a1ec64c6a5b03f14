/** The document as a file of QEMU's firmware configuration device; the host reads it when the guest starts. */
import { gzipSync } from 'node:zlib';
import { item, largestItem } from '../transports/fw-cfg.ts';
import { escapeXml } from '../xml/escape.ts';
import { type Medium, tooLarge } from './medium.ts';
import { proxmoxArgs, qemuValue, shellWord } from './quoting.ts';

/** Longer ones are packed: reading takes the guest time that grows with the square of the length (transports/fw-cfg.ts). */
const longestPlain = 16 * 1024;

const packed = (document: Buffer): Buffer =>
  document.length > longestPlain ? gzipSync(document, { level: 9 }) : document;

export const fwCfg: Medium = ({ document, file }) => {
  const content = packed(Buffer.from(document));
  if (content.length > largestItem) throw tooLarge('fw-cfg', content.length, largestItem);
  const value = `name=${item},file=${qemuValue(file)}`;
  return {
    files: [{ path: file, content }],
    handOver: [
      { platform: 'QEMU', how: `-fw_cfg ${shellWord(value)}` },
      {
        platform: 'libvirt',
        how: ['<sysinfo type="fwcfg">', `  <entry name="${item}" file="${escapeXml(file)}"/>`, '</sysinfo>'].join('\n'),
      },
      { platform: 'Proxmox VE', how: `qm set VMID --args ${proxmoxArgs('-fw_cfg', value)}` },
    ],
  };
};
