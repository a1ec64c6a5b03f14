/**
 * Would the machine boot after a power cut at this moment? Asked of the tools of others: GRUB's own reader, which replays no journal, on
 * the disk as it lies there; then of our state reader on the root file system as the next kernel will mount it.
 */
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { openGuest } from '../../../src/guest/open.ts';
import { parseBlock, variable } from '../../../src/kernel/bootloaders/grub/environment-block.ts';
import { readEntry } from '../../../src/state/journal.ts';
import { readState } from '../../../src/state/state.ts';

const SIZE = 1024;

/** A file as GRUB reads it; null where it finds none. `image` holds the root file system and nothing else. */
const asGrubSees = async (image: string, path: string): Promise<Buffer | null> => {
  const ran = await execa('grub-fstest', [image, 'cat', `(loop0)${path}`], { reject: false, encoding: 'buffer' });
  return ran.exitCode === 0 ? Buffer.from(ran.stdout) : null;
};

const size = async (image: string, path: string): Promise<number> => (await asGrubSees(image, path))?.length ?? 0;

/** What GRUB would boot: custom.cfg's rules, on what GRUB reads; throws AssertionError where that does not boot. */
export const judgeLoader = async (image: string): Promise<string> => {
  const bytes = await asGrubSees(image, '/boot/grub/grubenv');
  assert.equal(bytes?.length, SIZE, 'grubenv has its size');
  const block = (bytes && parseBlock(bytes)) ?? [];
  const value = (name: string): string => variable(block, `enlighten_${name}`);
  const whole = value('seq') !== '' && value('seq') === value('end');
  const universal = (await asGrubSees(image, '/boot/grub/enlighten.cfg'))?.toString('utf8') ?? '';
  const named = (which: string): string =>
    new RegExp(`^set enlighten_universal_${which}="(.*)"$`, 'm').exec(universal)?.[1] ?? '';
  for (const which of ['kernel', 'initrd']) assert.ok((await size(image, named(which))) > 0, `the universal ${which}`);
  if (!whole) return 'universal, grubenv is torn or was never ours';
  const entry = value('state') === 'armed' ? 'trial' : value('proven_kernel') !== '' ? 'proven' : null;
  if (entry === null) return 'universal';
  for (const which of ['kernel', 'initrd'])
    assert.ok((await size(image, value(`${entry}_${which}`))) > 0, `the ${entry} ${which}`);
  return entry;
};

/** What the next kernel mounts: the journal replayed, nothing left to repair, and our files whole. The image is left as it was. */
export const judgeDisk = async (image: string, folder: string): Promise<string> => {
  const [undo, copy] = [join(folder, 'undo.e2undo'), join(folder, 'copy')];
  await rm(undo, { force: true });
  await rm(copy, { recursive: true, force: true });
  await mkdir(join(copy, 'var/lib'), { recursive: true });
  await execa('e2fsck', ['-p', '-z', undo, image], { reject: false });
  try {
    const checked = await execa('e2fsck', ['-f', '-n', image], { reject: false });
    assert.equal(checked.exitCode, 0, checked.stdout);
    await execa('debugfs', ['-R', `rdump /var/lib/enlighten ${join(copy, 'var/lib')}`, image]);
  } finally {
    await execa('e2undo', [undo, image]);
  }
  const guest = openGuest(copy);
  const { kind, state } = await readState(guest, { product: null, root: null });
  assert.ok(kind === 'read' || kind === 'fresh', `state.json is ${kind}`);
  const journal = (await guest.read('/var/lib/enlighten/journal.jsonl'))?.toString('utf8') ?? '';
  const lines = journal.split('\n').filter(Boolean);
  const unreadable = lines.filter((line, index) => index < lines.length - 1 && readEntry(line) === null);
  assert.deepEqual(unreadable, [], 'the journal is whole up to its last line');
  return state.trial.state;
};
