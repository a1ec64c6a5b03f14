/** Is this parsed JSON a state we wrote? Checked by hand: a schema library would cost more than a whole unchanged boot. */
import { trialStates } from '../kernel/trial/table.ts';
import type { State } from './state.ts';

type Check = (value: unknown) => boolean;

const text: Check = value => typeof value === 'string';
const count: Check = value => Number.isSafeInteger(value) && (value as number) >= 0;
const orNull =
  (check: Check): Check =>
  value =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check);
const orAbsent =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);
const texts: Check = value => typeof value === 'object' && value !== null && Object.values(value).every(text);
const record =
  (shape: Record<string, Check>): Check =>
  value =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(shape).every(([key, check]) => check((value as Record<string, unknown>)[key]));

const entry = record({ kernel: text, initrd: text, args: text });
const maker = record({ manufacturer: text, product: text });

const trial = record({
  state: value => (trialStates as readonly unknown[]).includes(value),
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
  baseline: orNull(record({ nics: listOf(text), root: orNull(text), patience: orAbsent(texts) })),
});

const notice = record({ code: text, subject: text, happened: text, remedy: text });

const planned = record({
  step: record({ id: text, kind: text, desired: text, reason: text, reference: text, lasts: text }),
  standing: record({ current: orNull(text), state: text }),
});

const pass = record({
  fingerprint: text,
  at: text,
  durationMs: count,
  outcome: text,
  detection: record({ hypervisor: text, rule: text }),
  plan: record({ profile: text, steps: listOf(planned) }),
  enforced: value => typeof value === 'boolean',
  notices: listOf(notice),
});

const state = record({
  schemaVersion: value => value === 1,
  seq: count,
  machine: record({ product: orNull(text), root: orNull(text) }),
  trial,
  owed: listOf(value => ['disarm', 'promote', 'forget', 'return'].includes(value as string)),
  verdicts: listOf(record({ release: text, hypervisor: text, cause: text, at: text })),
  reboots: record({ candidates: text, count }),
  held: listOf(text),
  pass: orNull(pass),
});

export const isState = (value: unknown): value is State => state(value);
