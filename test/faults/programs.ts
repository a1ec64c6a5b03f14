/** What the programs of the machine do. */
import { existsSync, readFileSync, renameSync } from 'node:fs';
import type { Ran } from '../../src/guest/guest.ts';
import { put } from '../kernel/machine.ts';
import type { Machine } from './machine.ts';
import { text } from './names.ts';

export const GUESTINFO = '/host/guestinfo.ovfEnv';
export const KEXEC_LOADED = '/sys/kernel/kexec_loaded';

const ok: Ran = { exitCode: 0, stdout: '', stderr: '' };

type Program = (machine: Machine, args: readonly string[]) => Ran | null;

const absent: Program = () => null;

const option = (args: readonly string[], name: string): string =>
  args.find(arg => arg.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';

const programs: Record<string, Program> = {
  'vmware-rpctool': ({ root }) =>
    existsSync(root + GUESTINFO) ? { ...ok, stdout: readFileSync(root + GUESTINFO, 'latin1') } : null,
  'vmware-rpctool-set': ({ root }, [request = '']) => {
    put(root, GUESTINFO, request.replace(/^info-set \S+ /, ''));
    return ok;
  },
  'health-check': ({ root }, [path = '']) => ({ ...ok, exitCode: text(root, path).endsWith('exit 1') ? 1 : 0 }),
  vmtoolsd: absent,
  'vbox-property': absent,

  'kexec-load': (machine, args) => {
    const [kernel = ''] = args;
    machine.loaded = {
      ...{ entry: 'trial', kernel, initrd: option(args, '--initrd') },
      args: option(args, '--command-line'),
    };
    put(machine.root, KEXEC_LOADED, '1\n');
    return ok;
  },
  'kexec-unload': machine => {
    machine.loaded = null;
    put(machine.root, KEXEC_LOADED, '0\n');
    return ok;
  },

  'announce-interface': ({ root, kind }) => {
    kind.udev?.(root);
    return ok;
  },
  mkinitramfs: ({ root, complete }, args) => {
    put(root, args[args.indexOf('-o') + 1] ?? '', complete ?? '');
    return ok;
  },
  rename: ({ root }, [from = '', to = '']) => {
    renameSync(root + from, root + to);
    return ok;
  },
};

/** @returns null where the program is not installed */
export const ran = (machine: Machine, name: string, args: readonly string[]): Ran | null =>
  (programs[name] ?? (() => ok))(machine, args);
