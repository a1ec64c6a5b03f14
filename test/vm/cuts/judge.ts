/**
 * Would the machine boot after a power cut at this moment? Asked of the tools of others: GRUB's own reader, which replays no journal, on
 * the disk as it lies there; then of our state reader on the root file system as the next kernel will mount it.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { openGuest } from '../../../src/guest/open.ts';
import { parseBlock, variable } from '../../../src/kernel/bootloaders/block/environment-block.ts';
import type { TrialState } from '../../../src/kernel/trial/table.ts';
import { readEntry } from '../../../src/state/journal.ts';
import { readState } from '../../../src/state/state.ts';

/** What the disk of one moment leads to. */
export interface Judged {
  /** What GRUB boots; `torn`: it believes nothing in its block, and boots the universal kernel. */
  boots: 'universal' | 'torn' | 'trial' | 'proven';
  trial: TrialState;
  /** Equal where nothing of ours differs: GRUB's block and what lies in /var/lib/enlighten. */
  print: string;
}

const GRUBENV = '/boot/grub/grubenv';
const OURS = ['state.json', 'journal.jsonl', 'environment.json'].map(name => `/var/lib/enlighten/${name}`);
const SIZE = 1024;

/** A file as GRUB reads it; null where it finds none. `image` holds the root file system and nothing else. */
const asGrubSees = async (image: string, path: string): Promise<Buffer | null> => {
  const ran = await execa('grub-fstest', [image, 'cat', `(loop0)${path}`], { reject: false, encoding: 'buffer' });
  return ran.exitCode === 0 ? Buffer.from(ran.stdout) : null;
};

/** Paths of the files in /boot that are not empty, which is what custom.cfg asks. */
const filledInBoot = async (image: string): Promise<string[]> => {
  const { stdout } = await execa('grub-fstest', [image, 'ls', '--', '-l', '(loop0)/boot/']);
  return [...stdout.matchAll(/^[1-9]\d*\s+\d+ (.+)$/gm)].map(([, name]) => `/boot/${name}`);
};

/** custom.cfg's rules, on what GRUB reads; throws AssertionError where that does not boot. */
const booted = async (image: string, bytes: Buffer | null): Promise<Judged['boots']> => {
  assert.equal(bytes?.length, SIZE, 'grubenv has its size');
  const block = (bytes && parseBlock(bytes)) ?? [];
  const value = (name: string): string => variable(block, `enlighten_${name}`);
  const sealed = (await asGrubSees(image, '/boot/grub/enlighten.cfg'))?.toString('utf8') ?? '';
  const named = (which: string) => new RegExp(`^set enlighten_universal_${which}="(.*)"$`, 'm').exec(sealed)?.[1] ?? '';
  const filled = await filledInBoot(image);
  const startable = (...paths: string[]): void => {
    for (const path of paths) assert.ok(filled.includes(path), `${path} is none of ${filled}`);
  };
  startable(named('kernel'), named('initrd'));
  if (value('seq') === '' || value('seq') !== value('end')) return 'torn';
  const entry = value('state') === 'armed' ? 'trial' : value('proven_kernel') !== '' ? 'proven' : 'universal';
  if (entry !== 'universal') startable(value(`${entry}_kernel`), value(`${entry}_initrd`));
  return entry;
};

/** Copies /var/lib/enlighten out of what the next kernel mounts: the journal replayed, nothing left to repair. The image stays as it is. */
const mounted = async (image: string, folder: string): Promise<string> => {
  const [undo, copy] = [join(folder, 'undo.e2undo'), join(folder, 'copy')];
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(copy, 'var/lib'), { recursive: true });
  await execa('e2fsck', ['-p', '-z', undo, image], { reject: false });
  try {
    const checked = await execa('e2fsck', ['-f', '-n', image], { reject: false });
    assert.equal(checked.exitCode, 0, checked.stdout);
    await execa('debugfs', ['-R', `rdump /var/lib/enlighten ${join(copy, 'var/lib')}`, image]);
  } finally {
    await execa('e2undo', [undo, image]);
  }
  return copy;
};

/** Where GRUB starts something that is not the universal kernel, the state knows why. */
const reasons: Partial<Record<Judged['boots'], readonly TrialState[]>> = {
  trial: ['armed'],
  proven: ['confirmed', 'settled'],
};

/**
 * @param image of the root file system
 * @param folder for what is taken out of it
 * @throws AssertionError where it would not boot, or what lies on it is not whole
 */
export const judged = async (image: string, folder: string): Promise<Judged> => {
  const block = await asGrubSees(image, GRUBENV);
  const boots = await booted(image, block);
  const guest = openGuest(await mounted(image, folder));
  const { kind, state } = await readState(guest, { product: null, root: null });
  assert.ok(kind === 'read' || kind === 'fresh', `state.json is ${kind}`);
  const trial = state.trial.state;
  assert.ok(reasons[boots]?.includes(trial) ?? true, `GRUB boots what is ${boots}, the trial is ${trial}`);

  const lines = ((await guest.text('/var/lib/enlighten/journal.jsonl')) ?? '').split('\n').filter(Boolean);
  const unreadable = lines.filter((line, index) => index < lines.length - 1 && readEntry(line) === null);
  assert.deepEqual(unreadable, [], 'the journal is whole up to its last line');

  const print = createHash('sha256').update(block ?? '');
  for (const path of OURS) print.update(path).update((await guest.read(path)) ?? '');
  return { boots, trial, print: print.digest('hex') };
};
