/** The document as SMBIOS OEM strings, one a file: QEMU reads them there, so that they stand in no process list. */
import { smbiosStringsOf } from '../transports/smbios-strings.ts';
import { type Medium, tooLarge } from './medium.ts';
import { proxmoxArgs, qemuValue, shellWord, xlString } from './quoting.ts';

/** A table with a 32-bit entry point has at most 64 KiB (DSP0134 §5.2.1), and the firmware's own structures lie in it. */
const largestStrings = 60 * 1024;

export const smbios: Medium = ({ document, file }) => {
  const strings = smbiosStringsOf(Buffer.from(document));
  const total = strings.reduce((sum, string) => sum + string.length + 1, 0);
  if (total > largestStrings) throw tooLarge('smbios', total, largestStrings);
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
