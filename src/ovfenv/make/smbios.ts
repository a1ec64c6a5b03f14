/** The document as SMBIOS OEM strings, one a file: QEMU reads them there, so that they stand in no process list. */
import { smbiosStringsOf } from '../transports/smbios-strings.ts';
import type { Medium } from './medium.ts';
import { proxmoxArgs, qemuValue, shellWord, xlString } from './quoting.ts';

export const smbios: Medium = ({ document, file }) => {
  const strings = smbiosStringsOf(Buffer.from(document));
  const files = strings.map((string, at) => ({
    path: strings.length === 1 ? file : `${file}.${at + 1}`,
    content: Buffer.from(string), // no line break: QEMU takes the whole file for the string
  }));
  const option = ['type=11', ...files.map(({ path }) => `path=${qemuValue(path)}`)].join(',');
  return {
    files,
    handOver: [
      { platform: 'QEMU', how: `-smbios ${shellWord(option)}` },
      {
        platform: 'libvirt',
        how: [
          '<os>',
          '  <smbios mode="sysinfo"/>',
          '</os>',
          '<sysinfo type="smbios">',
          '  <oemStrings>',
          ...strings.map(string => `    <entry>${string}</entry>`),
          '  </oemStrings>',
          '</sysinfo>',
        ].join('\n'),
      },
      { platform: 'Proxmox VE', how: `qm set VMID --args ${proxmoxArgs('-smbios', option)}` },
      {
        platform: 'Xen, xl (HVM, Xen 4.18 or newer)',
        how: `smbios = [ ${strings.map(string => xlString(`oem=${string}`)).join(', ')} ]`,
      },
    ],
  };
};
