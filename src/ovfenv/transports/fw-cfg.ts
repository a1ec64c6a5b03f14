/**
 * QEMU's firmware configuration device: `-fw_cfg name=opt/org.dmtf.ovf/env,file=ovf-env.xml`, the document plain or as gzip.
 * QEMU reserves `opt/` for users, with a reverse domain name after it (docs/specs/fw_cfg.rst, "Externally Provided Items").
 * The kernel's driver (ABI/testing/sysfs-firmware-qemu_fw_cfg) is loaded by udev for the ACPI device QEMU0002; nothing
 * need be listed in modules-load.d.
 */
import type { Bytes, Guest, Path } from '../../guest/guest.ts';
import { fetchFromFile, nothing } from './delivered.ts';
import type { Transport } from './transport.ts';

export const item = 'opt/org.dmtf.ovf/env';
const base = '/sys/firmware/qemu_fw_cfg';
/**
 * The driver seeks by reading and throwing away byte after byte, each an exit to QEMU of some microseconds, and sysfs gives
 * at most a page for one read(2): n bytes cost n²/8192 exits. 64 KiB take a second or two; a megabyte would take minutes.
 */
export const largestItem: Bytes = 64 * 1024;

export const fwCfg: Transport = {
  name: 'fw_cfg',
  async fetch(guest) {
    const path = await itemPath(guest);
    return path === null ? nothing : fetchFromFile(guest, 'fw_cfg', path, largestItem);
  },
};

/** By name where the driver could make the folders; else, as another item's name may stand in their way, by each key's name. */
const itemPath = async (guest: Guest): Promise<Path | null> => {
  const byName = `${base}/by_name/${item}/raw`;
  if ((await guest.stat(byName)) !== null) return byName;
  for (const key of await guest.list(`${base}/by_key`)) {
    if ((await guest.text(`${base}/by_key/${key}/name`)) === item) return `${base}/by_key/${key}/raw`;
  }
  return null;
};
