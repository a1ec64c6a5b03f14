/**
 * `npm run demo`: a real appliance boots in QEMU and enlightens itself before your eyes. Everything shown comes out of that machine.
 * `npm run demo -- --here`: `enlighten debug` on this machine, for those without root or QEMU.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAppliance } from '../test/vm/image/appliance.ts';
import { installMissing } from '../test/vm/image/packages.ts';
import { environmentIso } from '../test/vm/iso.ts';
import { Machine } from '../test/vm/machine/machine.ts';
import { during } from '../test/vm/report.ts';
import { buildDeb } from './deb.ts';
import { properties, story } from './demo/story.ts';
import { at, runtime } from './paths.ts';

const { values } = parseArgs({ options: { here: { type: 'boolean', default: false } } });

const here = (): number => spawnSync(runtime, [at('src/main.ts'), 'debug'], { stdio: 'inherit' }).status ?? 1;

const inQemu = async (): Promise<number> => {
  if (process.getuid?.() !== 0) {
    console.error('The demo builds a disk image and needs root. Without it: npm run demo -- --here');
    return 1;
  }
  installMissing();
  const deb = await during('our package', buildDeb);
  const image = await buildAppliance({ deb, seal: true, on: {}, packages: [], files: {}, prepare: '' });
  const folder = mkdtempSync(join(tmpdir(), 'enlighten-demo-'));
  const machine = await Machine.create(folder, image);
  machine.hardware.cdrom = await environmentIso(folder, { id: 'shop-1', properties });
  const stop = async (): Promise<void> => {
    await machine.dispose();
    await rm(folder, { recursive: true, force: true });
  };
  process.once('SIGINT', () => void stop().then(() => process.exit(130)));
  try {
    await story(machine);
    return 0;
  } finally {
    await stop();
  }
};

process.exitCode = values.here ? here() : await inQemu();
