/**
 * `ovf:qualifiers="MinLen(1),MaxLen(64),ValueMap{&quot;a&quot;,&quot;b&quot;}"`: the standard separates them with commas (DSP0243 §9.5.1),
 * VMware's tools with spaces as well. What is not known here is passed over, as every reader of OVF does.
 */
import type { Qualifiers } from './declaration.ts';

/** A map of the world's time zones takes 25 KB. */
const longest = 64 * 1024;

export const none: Qualifiers = {
  minLen: null,
  maxLen: null,
  valueMap: null,
  minValue: null,
  maxValue: null,
  vmware: null,
};

/** Its name, then `(argument)` or `{list}`. Sticky, and no part can match in two ways: linear time. */
const qualifier = /[\s,]*([A-Za-z]\w*)(?:\s*\(([^()]*)\)|\s*\{((?:"(?:[^"\\]|\\.)*"|[^"{}])*)\})?/y;
const item = /"((?:[^"\\]|\\.)*)"|([^\s",]+)/g;

const number = /^\d{1,9}$/;
const decimal = /^[+-]?\d{1,40}(?:\.\d{1,40})?$/;

/** How each qualifier is read; null where its argument makes no sense. */
const known: Record<string, (argument: string, list: string | undefined) => Partial<Qualifiers>> = {
  minlen: argument => ({ minLen: number.test(argument) ? Number(argument) : null }),
  maxlen: argument => ({ maxLen: number.test(argument) ? Number(argument) : null }),
  minvalue: argument => ({ minValue: decimal.test(argument) ? argument : null }),
  maxvalue: argument => ({ maxValue: decimal.test(argument) ? argument : null }),
  valuemap: (_, list) => ({ valueMap: list === undefined ? null : itemsOf(list) }),
};

const itemsOf = (list: string): string[] =>
  [...list.matchAll(item)].map(([, quoted, bare]) => quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');

/** @param vmware the text of `vmw:qualifiers`, kept as it is */
export const qualifiersIn = (text: string | null, vmware: string | null): Qualifiers => {
  const read: Qualifiers = { ...none, vmware: vmware?.trim().slice(0, 200) || null };
  if (text === null || text.length > longest) return read;
  for (let at = 0; at < text.length; at = qualifier.lastIndex) {
    qualifier.lastIndex = at;
    const match = qualifier.exec(text);
    if (match === null) break;
    const [, name = '', argument = '', list] = match;
    const rule = known[name.toLowerCase()];
    if (rule !== undefined) Object.assign(read, rule(argument.trim(), list));
  }
  return read;
};
