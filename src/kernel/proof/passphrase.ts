import type { Guest } from '../../guest/guest.ts';
import { kernelNotice } from '../../notices/kernel.ts';
import { isBlocked } from '../blocked.ts';
import type { Proof } from './context.ts';

/** Third field of /etc/crypttab by name (crypttab(5)). */
const keysOf = async (guest: Guest): Promise<Map<string, string>> => {
  const lines = ((await guest.text('/etc/crypttab', 256 * 1024)) ?? '').split('\n');
  const fields = lines.filter(line => !line.trim().startsWith('#')).map(line => line.trim().split(/\s+/));
  return new Map(fields.map(([name = '', , key = 'none']) => [name, key]));
};

/** The root disk opens without a person: by a key file. A TPM counts as none, its measurements change with the kernel. */
export const passphrase: Proof = async p => {
  const chain = await p.rootChain();
  if (isBlocked(chain)) return chain.blocked;
  const encrypted = chain.layers.filter(({ kind }) => kind === 'crypt');
  if (encrypted.length === 0) return null;
  const keys = await keysOf(p.guest);
  const typed = encrypted.find(({ name }) => ['none', '-'].includes(keys.get(name) ?? 'none'));
  return typed === undefined
    ? null
    : kernelNotice('passphrase-needed', typed.name, 'crypttab names no key file for it');
};
