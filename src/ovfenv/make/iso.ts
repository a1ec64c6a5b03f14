/** The standard's own transport: an ISO 9660 image with the document in its root, and files beside it under /ovffiles (DSP0243 2.1). */
import { basename } from 'node:path/posix';
import { writeIso } from '../iso9660/write.ts';
import { escapeXml } from '../xml/escape.ts';
import type { HandOver, Medium } from './medium.ts';
import { powershellWord, qemuValue, shellWord, xlString } from './quoting.ts';

/** VMware's label, and one of those by which cloud-init's ds-identify knows the disc without looking into it. */
const volumeLabel = 'OVF ENV';

export const iso: Medium = ({ document, file, companions }) => {
  const beside = [...companions].map(([name, content]) => ({ path: `ovffiles/${name}`, content }));
  const content = writeIso(volumeLabel, [{ path: 'ovf-env.xml', content: Buffer.from(document) }, ...beside]);
  return { files: [{ path: file, content }], handOver: attachments(file) };
};

const attachments = (file: string): HandOver[] => [
  { platform: 'QEMU', how: `-drive ${shellWord(`file=${qemuValue(file)},format=raw,media=cdrom,readonly=on`)}` },
  {
    platform: 'libvirt',
    how: [
      `<disk type="file" device="cdrom">`,
      `  <driver name="qemu" type="raw"/>`,
      `  <source file="${escapeXml(file)}"/>`,
      `  <target dev="sdz" bus="sata"/>`,
      `  <readonly/>`,
      `</disk>`,
    ].join('\n'),
  },
  {
    platform: 'Proxmox VE',
    how: [
      `cp ${shellWord(file)} /var/lib/vz/template/iso/`,
      `qm set VMID --ide3 ${shellWord(`local:iso/${basename(file)},media=cdrom`)}`,
    ].join('\n'),
  },
  // xl-disk-configuration(5): everything after target= is the path
  {
    platform: 'Xen, xl',
    how: `disk = [ ${xlString(`format=raw, vdev=hdc, access=ro, devtype=cdrom, target=${file}`)} ]`,
  },
  {
    platform: 'XCP-ng, xe',
    how: `xe vm-cd-add uuid=UUID device=3 cd-name=${shellWord(basename(file))}  # from an ISO storage repository`,
  },
  { platform: 'Hyper-V, PowerShell', how: `Add-VMDvdDrive -VMName NAME -Path ${powershellWord(basename(file))}` },
  {
    platform: 'VirtualBox',
    how: `VBoxManage storageattach NAME --storagectl IDE --port 1 --device 0 --type dvddrive --medium ${shellWord(file)}`,
  },
];
