/** The model of GRUB in grub.ts against the real one: grub-emu runs packaging/grub/custom.cfg on an ext2 image, and saves what it saves. */
import './time.ts';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { put } from '../kernel/machine.ts';
import { bootByGrub } from './grub.ts';
import { type Machine, newMachine, powerOn, reachUserspace, run } from './machine.ts';
import { makerOf } from './names.ts';
import { boot, confirm } from './sequences.ts';

const GRUBENV = '/boot/grub/grubenv';

/** grub-emu has no firmware to ask, and must start no kernel: these stand in for three commands. A stock entry comes first. */
const config = ({ manufacturer, product }: { manufacturer: string; product: string }): string => `
function smbios {
  if [ "$4" = 4 ]; then set enlighten_here_manufacturer="${manufacturer}"; else set enlighten_here_product="${product}"; fi
}
function linux { if [ -s "$1" ]; then set started="$1"; true; else false; fi; }
function initrd { if [ -s "$1" ]; then echo "STARTED $started"; halt; else false; fi; }
if [ -s $prefix/grubenv ]; then load_env; fi
set default=0
set timeout=0
menuentry "stock" { echo STARTED stock; halt; }
source $prefix/custom.cfg
`;

/** What the real one starts, and the block it leaves. */
const asked = (root: string): { started: string; block: Buffer } => {
  const folder = mkdtempSync(join(tmpdir(), 'enlighten-emu-'));
  try {
    const tree = join(folder, 'tree');
    mkdirSync(tree);
    cpSync(`${root}/boot`, `${tree}/boot`, { recursive: true });
    writeFileSync(`${tree}/boot/grub/grub.cfg`, config(makerOf(root)));
    const [image, map] = [join(folder, 'disk'), join(folder, 'map')];
    execFileSync('mke2fs', ['-q', '-t', 'ext2', '-d', tree, image, '16m'], { stdio: 'ignore' });
    writeFileSync(map, `(hd0) ${image}\n`);
    const emu = ['-m', map, '-r', 'hd0', '-d', '/boot/grub'];
    const { stdout } = spawnSync('grub-emu', emu, { encoding: 'latin1', timeout: 20_000, env: { TERM: 'dumb' } });
    execFileSync('debugfs', ['-R', `dump ${GRUBENV} ${folder}/block`, image], { stdio: 'ignore' });
    const said = stdout.replace(/[\r\n]+/g, '');
    return {
      started: /STARTED (stock|\/boot\/vmlinuz-[\w.-]*?amd64)/.exec(said)?.[1] ?? said,
      block: readFileSync(`${folder}/block`),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const booted = async (machine: Machine, ...fault: Parameters<typeof run>[2][]): Promise<void> => {
  powerOn(machine);
  reachUserspace(machine);
  await run(machine, boot, fault[0] ?? null);
};
const block = (root: string): Buffer => readFileSync(root + GRUBENV);
const edited = ({ root }: Machine, from: string, to: string): void =>
  put(root, GRUBENV, Buffer.from(block(root).toString('latin1').replace(from, to), 'latin1'));
const confirmed = async (machine: Machine): Promise<void> => {
  process.env['ENLIGHTEN_QUIET_SECONDS'] = '0';
  await booted(machine);
  await booted(machine);
  await run(machine, confirm);
};
/** Which of the first boot's calls writes the block. */
const ARMING = 4;

const disks: Record<string, (machine: Machine) => Promise<void> | void> = {
  sealed: () => {},
  armed: booted,
  'armed, torn, the new half first': machine => booted(machine, { at: ARMING, kind: 'torn', tear: 0 }),
  'armed, torn, the old half first': machine => booted(machine, { at: ARMING, kind: 'torn', tear: 1 }),
  spent: async machine => {
    await booted(machine);
    powerOn(machine);
  },
  confirmed,
  'confirmed, and seen to fail': async machine => {
    await confirmed(machine);
    edited(machine, 'enlighten_failed=0', 'enlighten_failed=1');
  },
  'confirmed, on another machine': async machine => {
    await confirmed(machine);
    put(machine.root, '/sys/class/dmi/id/product_name', 'Another\n');
  },
  'armed, without its kernel': async machine => {
    await booted(machine);
    rmSync(`${machine.root}/boot/vmlinuz-6.1.0-50-cloud-amd64`);
  },
  'confirmed, without its initramfs': async machine => {
    await confirmed(machine);
    rmSync(`${machine.root}/boot/initrd.img-6.1.0-50-cloud-amd64`);
  },
  'an empty block': ({ root }) => put(root, GRUBENV, ''),
  'a block of garbage': ({ root }) => put(root, GRUBENV, Buffer.alloc(1024, 0xff)),
};

for (const [name, prepare] of Object.entries(disks)) {
  test(`GRUB and its model: ${name}`, async () => {
    const machine = newMachine();
    await prepare(machine);
    const real = asked(machine.root);
    const model = bootByGrub(machine.root, makerOf(machine.root));
    assert.equal(real.started, model.entry === 'stock' ? 'stock' : model.kernel);
    assert.deepEqual(real.block, block(machine.root));
  });
}
