/**
 * extlinux 6.04 with packaging/extlinux/enlighten.lua: what it boots, and what it writes before. A model; the real one is seen in the
 * scenarios `loader-extlinux` and `dead-extlinux-*`.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { formatVector, parseVector } from '../../../src/kernel/bootloaders/extlinux/auxiliary-data.ts';
import { BLOCK, CONFIG, CORE, extlinuxFiles, FOLDER } from '../../kernel/bootloaders/extlinux/machine.ts';
import { UNIVERSAL } from '../../kernel/bootloaders/grub/machine.ts';
import { put } from '../../kernel/machine.ts';
import { makerOf } from '../names.ts';
import type { Booted, Kind } from './kind.ts';

const OPTIONS = 'panic=5 oops=panic softlockup_panic=1 hung_task_panic=1 systemd.watchdog_sec=180 systemd.crash_reboot';

const textOf = (root: string, path: string): string =>
  existsSync(root + path) ? readFileSync(root + path, 'latin1') : '';

/** The script's `values`. */
const valuesOf = (text: string, pattern: RegExp): Map<string, string> =>
  new Map([...text.matchAll(pattern)].map(([, name = '', value = '']) => [name, value]));

/** The command for one boot, taken away before it is run. */
const takenOnce = (root: string): string | null => {
  const bytes = readFileSync(root + CORE);
  const tags = parseVector(bytes.subarray(-1024));
  const once = tags?.get(1)?.toString() ?? null;
  if (tags === null || once === null) return null;
  const without = formatVector(new Map([...tags].filter(([tag]) => tag !== 1)));
  put(root, CORE, Buffer.concat([bytes.subarray(0, -1024), without ?? Buffer.alloc(0)]));
  return once;
};

/** Both files load, or the script goes on. */
const loads = (root: string, { kernel, initrd }: Booted): boolean =>
  [kernel, initrd].every(path => existsSync(root + path) && readFileSync(root + path).length > 0);

/** Every entry the script would try, in its order. */
const tried = (root: string, once: string | null): Booted[] => {
  const block = valuesOf(textOf(root, BLOCK), /\nenlighten_(\w+)=([^\n]*)/g);
  const cfg = valuesOf(textOf(root, `${FOLDER}/enlighten.cfg`), /\nset enlighten_(\w+)="([^\n]*)"/g);
  const { manufacturer, product } = makerOf(root);
  const whole = block.has('seq') && block.get('seq') === block.get('end');
  const home = whole && block.get('manufacturer') === manufacturer && block.get('product') === product;
  const entryOf = (entry: Booted['entry'], from: Map<string, string>, words: string): Booted[] => {
    const value = (name: string) => from.get(`${entry}_${name}`);
    const [kernel, initrd = '', args] = [value('kernel'), value('initrd'), value('args')];
    return kernel === undefined ? [] : [{ entry, kernel, initrd, args: `initrd=${initrd} ${args} ${words}` }];
  };
  const armed = home && once === 'enlighten-trial' && block.get('state') === 'armed';
  return [
    ...(armed ? entryOf('trial', block, `enlighten.trial=${block.get('nonce')} ${OPTIONS}`) : []),
    ...(home && block.get('failed') === '0' ? entryOf('proven', block, 'enlighten.entry=proven') : []),
    ...entryOf('universal', cfg, 'enlighten.entry=universal'),
  ];
};

/** The vendor's own default. */
const stock = (root: string): Booted => {
  const kernel = `/boot/vmlinuz-${UNIVERSAL}`;
  const append = /^\s*APPEND (.*)$/m.exec(textOf(root, CONFIG))?.[1] ?? '';
  return { entry: 'stock', kernel, initrd: `/boot/initrd.img-${UNIVERSAL}`, args: append };
};

export const extlinux: Kind = {
  name: 'extlinux',
  prepare(root) {
    rmSync(`${root}/boot/grub`, { recursive: true });
    for (const [path, content] of Object.entries(extlinuxFiles())) put(root, path, content);
  },
  keeps: [FOLDER],
  boot(root) {
    const once = takenOnce(root);
    const runs = ['lua.c32', 'enlighten.lua', 'enlighten.conf'].every(name => textOf(root, `${FOLDER}/${name}`) !== '');
    const ours = runs && /INCLUDE enlighten\.conf\n$/.test(textOf(root, CONFIG));
    const booted = (ours ? tried(root, once) : []).find(entry => loads(root, entry)) ?? stock(root);
    return { ...booted, args: `BOOT_IMAGE=${booted.kernel} ${booted.args}` };
  },
  whole(files) {
    assert.equal(files.get(BLOCK)?.length, 1024, 'the block keeps its size');
    const core = files.get(CORE) ?? Buffer.alloc(0);
    assert.ok(core.subarray(0, -1024).equals(Buffer.alloc(3 * 512, 'core')), 'the loader is what it was');
    assert.notEqual(parseVector(core.subarray(-1024)), null, 'and finds its vector');
  },
  proven: root => /^enlighten_proven_kernel=(.*)$/m.exec(textOf(root, BLOCK))?.[1] ?? null,
  rest: files => {
    const block = (files.get(BLOCK)?.toString('latin1') ?? '').replace(/^enlighten_(seq|mark|end)=.*\n|#*$/gm, '');
    const vector = parseVector((files.get(CORE) ?? Buffer.alloc(0)).subarray(-1024)) ?? [];
    return `${block}${JSON.stringify([...vector])}${files.get(CONFIG)}`;
  },
};
