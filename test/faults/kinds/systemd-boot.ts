/**
 * systemd-boot 252: which entry it boots, and what it does to the firmware's variables before (src/boot/efi/boot.c, config_default_select
 * and config_entry_add_type1). An entry whose kernel is not there is none; a one-shot is deleted as it is read.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { CLOUD, UNIVERSAL } from '../../kernel/bootloaders/grub/machine.ts';
import {
  ESP,
  entryPath,
  idOf,
  kernelOf,
  machine,
  variable,
  variablePath,
} from '../../kernel/bootloaders/systemd-boot/machine.ts';
import { put } from '../../kernel/machine.ts';
import { contents } from '../disk.ts';
import { text } from '../names.ts';
import type { Booted, Kind } from './kind.ts';

const FOLDER = `${ESP}/loader/entries`;
const VARIABLES = '/sys/firmware/efi/efivars';
const [ONCE, DEFAULT, SELECTED] = ['LoaderEntryOneShot', 'LoaderEntryDefault', 'LoaderEntrySelected'].map(
  variablePath,
) as [string, string, string];

const nameIn = (root: string, path: string): string | null =>
  existsSync(root + path)
    ? (readFileSync(root + path)
        .subarray(4)
        .toString('utf16le')
        .split('\0')[0] ?? null)
    : null;

/** The fields of one entry; null for none that boots. */
const entryOf = (root: string, name: string): Omit<Booted, 'entry'> | null => {
  const lines = text(root, `${FOLDER}/${name}`);
  const field = (key: string): string => new RegExp(`^${key}\\s+(.*)$`, 'm').exec(lines)?.[1]?.trim() ?? '';
  const [kernel, initrd] = [ESP + field('linux'), ESP + field('initrd')];
  if (field('linux') === '' || !existsSync(root + kernel)) return null;
  return { kernel, initrd, args: `initrd=${field('initrd').replaceAll('/', '\\')} ${field('options')}` };
};

/** efi_fnmatch(), of what is used here: `*`, and one character of a set. */
const fnmatch = (pattern: string): RegExp => new RegExp(`^${pattern.replace(/[.+]/g, '\\$&').replace(/\*/g, '.*')}$`);

/** The pattern of loader.conf. */
const configured = (root: string): string | null =>
  existsSync(`${root}${ESP}/loader/loader.conf`)
    ? (/^default\s+(\S+)$/m.exec(text(root, `${ESP}/loader/loader.conf`))?.[1] ?? null)
    : null;

const kinds: Record<string, Booted['entry']> = {
  'enlighten-trial.conf': 'trial',
  'enlighten-proven.conf': 'proven',
  [`${idOf(UNIVERSAL)}.conf`]: 'universal',
};

const boot = (root: string): Booted => {
  const once = nameIn(root, ONCE);
  rmSync(root + ONCE, { force: true });
  const names = readdirSync(root + FOLDER).filter(name => name.endsWith('.conf'));
  // Where nothing says which, the newest comes first; ids sort as versions do here.
  const pattern = configured(root);
  const named = pattern === null ? null : (names.find(name => fnmatch(pattern).test(name)) ?? null);
  const wanted = [once, nameIn(root, DEFAULT), named, ...names.sort().reverse()];
  for (const name of wanted) {
    const entry = name !== null && names.includes(name) ? entryOf(root, name) : null;
    if (name === null || entry === null) continue;
    put(root, SELECTED, variable(name));
    return { entry: kinds[name] ?? 'stock', ...entry };
  }
  throw new Error('systemd-boot finds nothing to boot');
};

export const systemdBoot: Kind = {
  name: 'systemd-boot',
  prepare(root) {
    rmSync(`${root}/boot/grub`, { recursive: true });
    const { files } = machine();
    for (const [path, content] of Object.entries(files))
      if (!/^\/boot\/(vmlinuz|initrd)/.test(path)) put(root, path, content);
    for (const release of [CLOUD, UNIVERSAL]) {
      const folder = `${ESP}${kernelOf(release).replace(/linux$/, '')}`;
      put(root, `${folder}linux`, readFileSync(`${root}/boot/vmlinuz-${release}`));
      put(root, `${folder}initrd.img-${release}`, readFileSync(`${root}/boot/initrd.img-${release}`));
    }
  },
  keeps: [`${ESP}/loader`, VARIABLES],
  boot,
  whole: () => {},
  proven(root) {
    const name = nameIn(root, DEFAULT);
    if (name !== 'enlighten-proven.conf' || !existsSync(root + entryPath('enlighten-proven'))) return null;
    return entryOf(root, name)?.kernel.slice(ESP.length) ?? null;
  },
  rest: files => contents(new Map([...files].filter(([path]) => path !== SELECTED)), [ESP, VARIABLES]),
};
