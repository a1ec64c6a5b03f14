/** /etc/fstab: the first field (fstab(5)). */
import { unescaped } from '../kernel/mounts.ts';
import { asTag, eachLine, isKernelName, type Rewrite } from './name.ts';

/** Fields are separated by blanks and tabs only. */
const FIELDS = /^([ \t]*)([^ \t#][^ \t]*)([ \t]+)([^ \t]+)([ \t]+)([^ \t\r]+)/;

/** Discs and whatever is bound from elsewhere: no device of ours. */
const NEVER = /^(iso9660|udf|none|nfs|nfs4|cifs)$/;
/** A suspended system's swap is still swap (libblkid, swap.c). */
export const swapTypes = ['swap', 'swsuspend'] as const;

const typesOf = (type: string): readonly string[] | null => {
  if (type === 'auto') return null;
  return type === 'swap' ? swapTypes : type.split(',');
};

export const fstab: Rewrite = eachLine((line, rename) => {
  const fields = FIELDS.exec(line);
  if (fields === null) return line;
  const [whole, indent = '', device = '', gap = '', point = '', , type = ''] = fields;
  if (!isKernelName(device) || NEVER.test(type)) return line;
  const name = rename({
    device,
    point: point.startsWith('/') ? unescaped(point) : null,
    types: typesOf(type),
    tags: ['UUID', 'PARTUUID'],
  });
  if (name === null) return line;
  return (
    indent + asTag(name) + gap + whole.slice(indent.length + device.length + gap.length) + line.slice(whole.length)
  );
});
