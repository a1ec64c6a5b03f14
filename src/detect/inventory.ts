/** The device inventory for people and for `detect --devices`: more looks at sysfs than the fingerprint can afford. */
import type { Guest, Path } from '../guest/guest.ts';
import { above } from './ancestry.ts';
import type { Device } from './device.ts';
import { natureOf, type Verdict } from './nature/judge.ts';
import type { JudgedNature } from './nature/nature.ts';

/** A device and what it is; null where that is unknown. */
export interface InventoriedDevice extends Device {
  nature: JudgedNature | null;
}

const shownAt = ({ bus, id }: Device): Path => `/sys/bus/${bus}/devices/${id}`;

const targetOf = async (guest: Guest, device: Device) => {
  if (device.bus !== 'scsi') return null;
  const [vendor, model] = [
    await guest.text(`${shownAt(device)}/vendor`, 64),
    await guest.text(`${shownAt(device)}/model`, 64),
  ];
  return vendor === null || model === null ? null : { vendor, model };
};

/** Documentation/ABI/testing/sysfs-bus-pci: `physfn` links a virtual function to the card that this very system split. */
const functionOf = async (guest: Guest, device: Device): Promise<string | null> =>
  device.bus === 'pci' ? guest.text(`${shownAt(device)}/physfn/modalias`) : null;

/**
 * All devices with a modalias, in the order of devices().
 * @param found what devices() found; each costs up to four more small reads
 */
export const inventory = async (
  guest: Guest,
  verdict: Verdict,
  found: readonly Device[],
): Promise<InventoriedDevice[]> => {
  const paths = await Promise.all(found.map(device => guest.resolve(shownAt(device))));
  const modaliases = new Map(found.map((device, index) => [paths[index] ?? '', device.modalias]));
  return Promise.all(
    found.map(async (device, index) => {
      const path = paths[index] ?? null;
      const folders = path === null ? [] : above(path).slice(1);
      const subject = {
        modalias: device.modalias,
        above: folders.map(folder => modaliases.get(folder)).filter(modalias => modalias !== undefined),
        functionOf: await functionOf(guest, device),
        target: await targetOf(guest, device),
      };
      return { ...device, nature: natureOf(subject, verdict) };
    }),
  );
};
