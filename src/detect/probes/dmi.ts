/**
 * SMBIOS strings as the kernel shows them. Matched by field, never across all strings: serial numbers and asset tags can
 * mention anything. What the strings may decide is the policy's business.
 */
import type { Guest } from '../../guest/guest.ts';
import type { Evidence } from '../detection.ts';
import { firmwareNames, identityNames } from '../firmware-names.ts';
import type { Probe } from './probe.ts';
import { informs } from './probe.ts';

export const DMI = '/sys/class/dmi/id';

const named = [
  'sys_vendor',
  'product_name',
  'product_version',
  'board_vendor',
  'bios_vendor',
  'bios_version',
  'chassis_asset_tag',
] as const;
export type DmiField = (typeof named)[number];

const strings = async (guest: Guest): Promise<Map<DmiField, string>> => {
  const found = new Map<DmiField, string>();
  for (const field of named) {
    const value = await guest.text(`${DMI}/${field}`);
    if (value) found.set(field, value);
  }
  return found;
};

/** Serial and UUID are readable by root only, and stay so: evidence is published, and carries the brand alone. */
const identity = async (guest: Guest): Promise<Evidence[]> => {
  const seen: Evidence[] = [];
  for (const { starts, supports } of identityNames) {
    const [uuid, serial] = [await guest.text(`${DMI}/product_uuid`), await guest.text(`${DMI}/product_serial`)];
    const both = [uuid, serial].every(value => value?.toLowerCase().startsWith(starts));
    if (both) seen.push({ probe: 'dmi', source: `${DMI}/product_uuid`, value: `${starts}…`, supports });
  }
  return seen;
};

export const dmi: Probe = async guest => {
  const found = await strings(guest);
  const seen: Evidence[] = [];
  const spoken = new Set<DmiField>();
  for (const { supports, field, matches, together } of firmwareNames) {
    const value = found.get(field);
    if (value === undefined || !matches.test(value)) continue;
    if (together && !together.matches.test(found.get(together.field) ?? '')) continue;
    spoken.add(field);
    seen.push({ probe: 'dmi', source: `${DMI}/${field}`, value, supports });
  }
  for (const [field, value] of found) if (!spoken.has(field)) seen.push(informs('dmi', `${DMI}/${field}`, value));
  return [...seen, ...(await identity(guest))];
};
