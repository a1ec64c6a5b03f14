/** Does a value fit its declaration? Pure, and no library: an unchanged boot asks, too. */
import type { Declaration, Qualifiers } from './declaration.ts';

/** Says what is wrong, and never the value itself: it may be a secret. */
export type Complaint = string;

/** @returns null: it fits. A type or qualifier that is not known complains about nothing. */
export const complaintAbout = (value: string, { type, qualifiers }: Declaration): Complaint | null => {
  const kind = kinds.get(type?.toLowerCase() ?? 'string');
  return (
    kind?.complaint(value.trim()) ??
    lengthComplaint(value, qualifiers) ??
    listComplaint(value, qualifiers) ??
    (kind?.order === undefined ? null : rangeComplaint(value.trim(), qualifiers, kind.order)) ??
    addressComplaint(value.trim(), qualifiers)
  );
};

interface Kind {
  complaint(value: string): Complaint | null;
  /** Whether a number is smaller than another; absent for what is no number. */
  order?: (a: string, b: string) => boolean;
}

/** Bounded: reading a number takes more than linear time. */
const whole = /^[+-]?(?:\d{1,40}|0[xX][0-9A-Fa-f]{1,32})$/;
const realNumber = /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,4})?$/;

const numberOf = (text: string): bigint => {
  const digits = BigInt(text.replace(/^[+-]/, ''));
  return text.startsWith('-') ? -digits : digits;
};

const integer = (least: bigint, most: bigint): Kind => ({
  complaint(value) {
    if (!whole.test(value)) return 'it is no whole number';
    const number = numberOf(value);
    return number < least || number > most ? `it is not between ${least} and ${most}` : null;
  },
  order: (a, b) => whole.test(a) && whole.test(b) && numberOf(a) < numberOf(b),
});

const unsigned = (bits: bigint): Kind => integer(0n, 2n ** bits - 1n);
const signed = (bits: bigint): Kind => integer(-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n);

const real = (largest: number): Kind => ({
  complaint(value) {
    if (!realNumber.test(value)) return 'it is no number';
    return Math.abs(Number(value)) > largest ? 'it is too large' : null;
  },
  order: (a, b) => Number(a) < Number(b),
});

/** DSP0243 table 6, in lower case; `int` and `real` are VMware's. */
const kinds = new Map<string, Kind>([
  ['uint8', unsigned(8n)],
  ['uint16', unsigned(16n)],
  ['uint32', unsigned(32n)],
  ['uint64', unsigned(64n)],
  ['sint8', signed(8n)],
  ['sint16', signed(16n)],
  ['sint32', signed(32n)],
  ['sint64', signed(64n)],
  ['int', signed(64n)],
  ['real32', real(3.4028234663852886e38)],
  ['real64', real(Number.MAX_VALUE)],
  ['real', real(Number.MAX_VALUE)],
  // xs:boolean, in any case: vCenter writes `True`.
  ['boolean', { complaint: value => (/^(?:true|false|1|0)$/i.test(value) ? null : 'it is neither true nor false') }],
]);

const lengthComplaint = (value: string, { minLen, maxLen }: Qualifiers): Complaint | null => {
  if (minLen === null && maxLen === null) return null;
  let length = 0;
  for (const _character of value) length += 1;
  if (minLen !== null && length < minLen) return `it is shorter than ${minLen} characters`;
  return maxLen !== null && length > maxLen ? `it is longer than ${maxLen} characters` : null;
};

const listComplaint = (value: string, { valueMap }: Qualifiers): Complaint | null =>
  valueMap === null || valueMap.includes(value) ? null : 'it is none of the values allowed';

const rangeComplaint = (
  value: string,
  { minValue, maxValue }: Qualifiers,
  smaller: (a: string, b: string) => boolean,
): Complaint | null => {
  if (minValue !== null && smaller(value, minValue)) return `it is less than ${minValue}`;
  return maxValue !== null && smaller(maxValue, value) ? `it is more than ${maxValue}` : null;
};

/** `vmw:qualifiers="Ip"`: an address; empty means that the network gives one. */
const addressComplaint = (value: string, { vmware }: Qualifiers): Complaint | null =>
  vmware === null || !/^Ip\b/i.test(vmware) || value === '' || isAddress(value) ? null : 'it is no IP address';

/** node:net knows it as well, and costs an unchanged boot a library's time. */
const isAddress = (text: string): boolean =>
  /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text) ||
  (/^[0-9A-Fa-f:.]{2,45}$/.test(text) && URL.canParse(`http://[${text}]/`));
