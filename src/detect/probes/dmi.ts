/**
 * SMBIOS strings as the kernel shows them. Matched by field, never across all strings: serial numbers and asset tags can
 * mention anything. What the strings may decide is the policy's business.
 */
import type { Guest } from '../../guest/guest.ts';
import type { Evidence } from '../detection.ts';
import { type DmiField, dmiFields, firmwareNames, identityNames } from '../firmware-names.ts';
import type { Probe } from './probe.ts';
import { informs } from './probe.ts';

export const DMI = '/sys/class/dmi/id';

const strings = async (guest: Guest): Promise<Map<DmiField, string>> => {
  const found = new Map<DmiField, string>();
  for (const field of dmiFields) {
    const value = await guest.text(`${DMI}/${field}`);
    if (value) found.set(field, value);
  }
  return found;
};

/** Serial and UUID are readable by root only, and stay so: evidence is published, and carries the brand alone. */
const identity = async (guest: Guest): Promise<Evidence[]> => {
  const seen: Evidence[] = [];
  for (const { supports, fields, starts } of identityNames) {
    const values = await Promise.all(fields.map(field => guest.text(`${DMI}/${field}`)));
    if (!values.every(value => value?.toLowerCase().startsWith(starts))) continue;
    seen.push({ probe: 'dmi', source: `${DMI}/${fields[0]}`, value: `${starts}…`, supports });
  }
  return seen;
};

export const dmi: Probe = async guest => {
  const found = await strings(guest);
  const seen: Evidence[] = [];
  const spoken = new Set<DmiField>();
  for (const { supports, fields, matches, together } of firmwareNames) {
    if (together && !together.matches.test(found.get(together.field) ?? '')) continue;
    for (const field of fields) {
      const value = found.get(field);
      if (value === undefined || !matches.test(value)) continue;
      spoken.add(field);
      seen.push({ probe: 'dmi', source: `${DMI}/${field}`, value, supports });
    }
  }
  for (const [field, value] of found) if (!spoken.has(field)) seen.push(informs('dmi', `${DMI}/${field}`, value));
  return [...seen, ...(await identity(guest))];
};
