/** Is this parsed JSON a state we wrote? Checked by hand: a schema library would cost more than a whole unchanged boot. */
import { trialStates } from '../kernel/trial/table.ts';
import { count, listOf, mapOf, oneOf, orAbsent, orNull, record, text, truth } from '../shape.ts';
import type { State } from './state.ts';

const entry = record({ kernel: text, initrd: text, args: text });
const maker = record({ manufacturer: text, product: text });

const trial = record({
  state: oneOf(trialStates),
  kernel: orNull(text),
  previous: orNull(text),
  cause: orNull(text),
  attempts: count,
  nonce: orNull(text),
  armedBoot: orNull(text),
  runningBoot: orNull(text),
  entry: orNull(entry),
  maker: orNull(maker),
  initramfs: orNull(text),
  initramfsPath: orAbsent(orNull(text)),
  arguments: orAbsent(listOf(text)),
  baseline: orNull(record({ nics: listOf(text), root: orNull(text), patience: orAbsent(mapOf(text)) })),
  way: orAbsent(record({ by: oneOf(['firmware', 'kexec']), because: text })),
});

const verdict = record({
  ...{ release: text, hypervisor: text, cause: text, at: text },
  ...{ initramfs: orAbsent(text), arguments: orAbsent(listOf(text)) },
});

const notice = record({ code: text, subject: text, happened: text, remedy: text });

const planned = record({
  step: record({ id: text, kind: text, desired: text, reason: text, reference: text, lasts: text }),
  standing: record({ current: orNull(text), state: text }),
});

/** A value is of whichever kind its name says; what is none of ours is not asked for. */
const told = record({ name: text, source: text });

const pass = record({
  fingerprint: text,
  at: text,
  durationMs: count,
  outcome: text,
  detection: record({ hypervisor: text, rule: text }),
  plan: record({ profile: text, steps: listOf(planned) }),
  enforced: truth,
  scrubbed: orAbsent(truth),
  told: orAbsent(listOf(told)),
  notices: listOf(notice),
});

const state = record({
  schemaVersion: oneOf([1]),
  seq: count,
  machine: record({ product: orNull(text), root: orNull(text) }),
  trial,
  owed: listOf(oneOf(['disarm', 'promote', 'forget', 'return'])),
  verdicts: listOf(verdict),
  reboots: record({ candidates: text, count }),
  held: listOf(text),
  pass: orNull(pass),
  interfaces: orAbsent(listOf(record({ name: text, mac: text, network: orNull(text) }))),
  foreign: orAbsent(listOf(text)),
});

export const isState = (value: unknown): value is State => state(value);
