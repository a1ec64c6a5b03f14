/** /etc/crypttab: the second field (crypttab(5)). */
import { asTag, eachLine, isKernelName, type Rewrite } from './name.ts';

const FIELDS = /^([ \t]*[^ \t#][^ \t]*[ \t]+)([^ \t\r]+)/;

/** LUKS has a UUID. What is encrypted without a header, swap with a key of the day, is known by its partition only. */
export const crypttab: Rewrite = eachLine((line, rename) => {
  const [whole = '', before = '', device = ''] = FIELDS.exec(line) ?? [];
  if (!isKernelName(device)) return line;
  const name = rename({ device, point: null, types: ['crypto_LUKS', ''], tags: ['UUID', 'PARTUUID'] });
  return name === null ? line : before + asTag(name) + line.slice(whole.length);
});
