/** Everything the agent does that writes, each from a machine that has come as far in peace. */
import { chmodSync } from 'node:fs';
import { command as apply } from '../../src/commands/apply.ts';
import { command as afterBoot } from '../../src/commands/background.ts';
import { command as rollback } from '../../src/commands/rollback.ts';
import { command as sealing } from '../../src/commands/seal.ts';
import { command as trial } from '../../src/commands/trial.ts';
import { command as undo } from '../../src/commands/undo.ts';
import type { WritableGuest } from '../../src/guest/guest.ts';
import { boot as pass } from '../../src/pass/boot.ts';
import { cpuidOf } from '../detect/folder.ts';
import { put } from '../kernel/machine.ts';
import { environmentDocument } from '../vm/iso.ts';
import { extlinux } from './kinds/extlinux.ts';
import { grub } from './kinds/grub.ts';
import { kexec, kexecOnLvm } from './kinds/kexec.ts';
import type { Kind } from './kinds/kind.ts';
import { livedIn } from './kinds/lived-in.ts';
import { systemdBoot } from './kinds/systemd-boot.ts';
import { command, type Machine, powerOn, reachUserspace, run } from './machine.ts';
import { GUESTINFO } from './programs.ts';
import { SECRET } from './promises.ts';

type Act = (guest: WritableGuest) => Promise<unknown>;

export const boot: Act = guest => pass(guest, { budgetMs: 60_000 }, () => {});
export const health = command(trial, ['health']);
export const confirm = command(trial, ['confirm']);
export const background = command(afterBoot);
const deadline = command(trial, ['deadline']);
export const undoAll = command(undo);
const applyNow = command(apply);
const retry = command(apply, [], { retry: 'kernel' });
const byHand = command(rollback);
const seal = command(sealing);

/** A boot in peace, with the agent's pass. */
const booted = async (machine: Machine): Promise<void> => {
  powerOn(machine);
  reachUserspace(machine);
  await run(machine, boot);
};
const armed = booted;
const onTrial = async (machine: Machine): Promise<void> => {
  await armed(machine);
  await booted(machine);
};
const confirmed = async (machine: Machine): Promise<void> => {
  await onTrial(machine);
  await run(machine, confirm);
};
const settled = async (machine: Machine): Promise<void> => {
  await confirmed(machine);
  await booted(machine);
};
/** An initramfs of ours lies there, and is armed for the next reboot. */
const built = async (machine: Machine): Promise<void> => {
  await settled(machine);
  await run(machine, background);
};
const started = async (machine: Machine): Promise<void> => {
  powerOn(machine);
  reachUserspace(machine);
};
/** The trial is started, and its kernel dies. */
const dead = async (machine: Machine): Promise<void> => {
  await armed(machine);
  powerOn(machine);
};
const checkedBy =
  (script: string) =>
  ({ root }: Machine): void => {
    const check = '/etc/enlighten/health.d/required.d/web';
    put(root, check, `#!/bin/sh\n${script}\n`);
    chmodSync(root + check, 0o755);
  };
const moved = ({ root }: Machine): void =>
  put(root, '/sys/class/dmi/id/product_uuid', '99999999-2222-3333-4444-555555555555\n');
const settings = ({ root }: Machine, yaml: string): void => put(root, '/etc/enlighten/enlighten.yaml', yaml);
const STATE = '/var/lib/enlighten/state.json';

const withGuestinfo = ({ root }: Machine): void => {
  put(root, '/cpuid.json', cpuidOf('VMwareVMware'));
  put(root, '/sys/class/dmi/id/sys_vendor', 'VMware, Inc.\n');
  const properties = { 'app.password': SECRET, 'enlighten.scrub': 'on', 'enlighten.sysctl.vm.swappiness': '11' };
  put(root, GUESTINFO, environmentDocument({ properties }));
};

export interface Sequence {
  /** In peace, up to the moment before the faults. */
  before(machine: Machine): Promise<void> | void;
  act: Act;
  /** What came before was not the agent's doing, or a person lifted its limits: its reboots are counted from here. */
  counted?: 'anew';
  /** The state file is garbage, and stays so until a person says otherwise. */
  foreignState?: boolean;
  /** A fault that is known and not mended yet; said in the output, and the sequence is left out. */
  known?: string;
}

const chain =
  (...steps: ((machine: Machine) => Promise<void> | void)[]) =>
  async (machine: Machine): Promise<void> => {
    for (const step of steps) await step(machine);
  };

/** The life of a trial, whoever starts it. */
const trials: Record<string, Sequence> = {
  'first boot': { before: started, act: boot },
  'trial boot': { before: chain(armed, started), act: boot },
  'health checks that do not hold': { before: chain(onTrial, checkedBy('exit 1')), act: health },
  confirm: { before: onTrial, act: confirm },
  'the first boot of the confirmed kernel': { before: chain(confirmed, started), act: boot },
  'a trial that died': { before: chain(dead, started), act: boot },
  'a trial that was reset': { before: chain(onTrial, started), act: boot },
  deadline: { before: onTrial, act: deadline },
  'rollback of a confirmed kernel': { before: settled, act: byHand },
  'a clone of a confirmed machine': { before: chain(settled, moved, started), act: boot, counted: 'anew' },
  'a clone with a trial armed': { before: chain(armed, moved, started), act: boot, counted: 'anew' },
  'undo of a trial': { before: onTrial, act: undoAll },
  'undo of a confirmed kernel': { before: settled, act: undoAll },
  retry: { before: chain(dead, booted), act: retry, counted: 'anew' },
  seal: { before: settled, act: seal, counted: 'anew' },
};

/** What is the same whoever starts the kernel. */
const others: Record<string, Sequence> = {
  'health checks that hold': { before: chain(onTrial, checkedBy('exit 0')), act: health },
  'a changed setting on the confirmed kernel': {
    before: chain(settled, machine => settings(machine, 'sysctl:\n  vm.swappiness: 12\n'), started),
    act: boot,
  },
  'rollback of a trial': { before: onTrial, act: byHand },
  'undo of an armed trial': {
    before: chain(machine => settings(machine, 'reboot: never\n'), armed),
    act: undoAll,
  },
  apply: {
    before: chain(
      machine => settings(machine, 'reboot: never\n'),
      booted,
      machine => run(machine, undoAll).then(() => {}),
    ),
    act: applyNow,
    counted: 'anew',
  },
  'a state that is garbage': {
    before: chain(armed, ({ root }) => put(root, STATE, '{"schemaVersion":1'), started),
    act: boot,
    foreignState: true,
  },
  'retry over garbage': {
    before: chain(armed, ({ root }) => put(root, STATE, '{"schemaVersion":1'), booted),
    act: retry,
    counted: 'anew',
    foreignState: true,
  },
  'an environment stored and scrubbed': { before: chain(withGuestinfo, started), act: boot },
};

/** Where steps besides the kernel's change files. */
const steps: Record<string, Sequence> = {
  'first boot': { before: started, act: boot },
  'trial boot': { before: chain(armed, started), act: boot },
  'what takes minutes': { before: settled, act: background },
  'the trial of an initramfs': { before: chain(built, started), act: boot },
  'a clone with an initramfs of ours': { before: chain(built, booted, moved, started), act: boot, counted: 'anew' },
  'undo of everything': { before: built, act: undoAll },
};

/** Who is put through what. */
export interface Machines {
  kind: Kind;
  lives: Record<string, Sequence>;
}

export const onGrub: Machines = { kind: grub, lives: { ...trials, ...others } };
/** FAT may lose a name while it is replaced. The image boots all the same, and sealing again writes the file; but not all of its lines. */
const loaderConf = 'a power cut while `seal` replaces loader.conf on FAT may lose the file';

export const onSystemdBoot: Machines = {
  kind: systemdBoot,
  lives: { ...trials, seal: { ...(trials['seal'] as Sequence), known: loaderConf } },
};
export const onExtlinux: Machines = { kind: extlinux, lives: trials };
export const onKexec: Machines = { kind: kexec, lives: trials };
export const onKexecOnLvm: Machines = { kind: kexecOnLvm, lives: trials };
export const onLivedIn: Machines = { kind: livedIn, lives: steps };
