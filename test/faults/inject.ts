/**
 * Fault injection: every write and every command of every sequence fails, or is the last one, and the machine boots, and settles.
 * `npm test` takes a part of the ways in which each call can go wrong, another part at the next call; ENLIGHTEN_FAULTS=1 takes all of them.
 */
import './time.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Call, type Fault, faultsAt } from './fault.ts';
import { afterKill, type Fate, nothingWaits, settle } from './life.ts';
import { diskOf, newMachine, restored, run, type Snapshot, snapshot } from './machine.ts';
import { whole } from './promises.ts';
import type { Machines, Sequence } from './sequences.ts';

process.env['ENLIGHTEN_QUIET_SECONDS'] = '0';
process.env['ENLIGHTEN_PATIENCE_SECONDS'] = '0';

/** One fault, and the boots after it: with a trial's kernel that lives and, where one was tried, with one that dies. */
const lived = async (
  start: Snapshot,
  { act, foreignState = false }: Sequence,
  fault: Fault | null,
): Promise<Fate[]> => {
  const machine = restored(start);
  const disk = diskOf(machine);
  const { ending } = await run(machine, act, fault);
  if (ending === 'killed') await afterKill(machine);
  else if (ending !== 'cut') nothingWaits(machine);
  await whole(machine, disk, foreignState);
  const after = snapshot(machine);
  if (!(await settle(machine, 'lives', foreignState))) return ['lives'];
  await settle(restored(after), 'dies', foreignState);
  return ['lives', 'dies'];
};

const told = (calls: readonly Call[], fault: Fault | null): string => {
  if (fault === null) return 'in peace';
  const call = calls[fault.at];
  return `${fault.kind} ${fault.tear ?? ''} at call ${fault.at}, ${call?.operation} ${call?.on}`;
};

const NTH = Number(process.env['ENLIGHTEN_FAULTS'] ?? 8);

const faultsIn = (calls: readonly Call[]): Fault[] =>
  calls.flatMap((call, at) => faultsAt(call, at).filter((_, kind) => (kind + at) % NTH === 0));

const broken = async (start: Snapshot, sequence: Sequence, calls: readonly Call[]): Promise<[number, string[]]> => {
  const wrong: string[] = [];
  let points = 0;
  for (const fault of [null, ...faultsIn(calls)]) {
    try {
      points += (await lived(start, sequence, fault)).length;
    } catch (error) {
      wrong.push(`${told(calls, fault)}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return [points, wrong];
};

/** A test for each sequence, and one that they were many. A machine a file: the runner takes two files at a time. */
export function inject({ kind, lives }: Machines, all: number): void {
  const atLeast = Math.floor(all / NTH);
  let total = 0;
  for (const [life, sequence] of Object.entries(lives)) {
    test(`${kind.name}: ${life}`, async t => {
      if (sequence.known !== undefined) {
        t.diagnostic(`left out: ${life}: ${sequence.known}`);
        return t.skip(sequence.known);
      }
      const machine = newMachine(kind);
      await sequence.before(machine);
      if (sequence.counted === 'anew') machine.reboots = 0;
      const start = snapshot(machine);
      const { calls, error } = await run(restored(start), sequence.act);
      assert.equal(error, null, 'in peace it succeeds');
      const [points, wrong] = await broken(start, sequence, calls);
      total += points;
      t.diagnostic(`${points} points: ${life}`);
      assert.deepEqual(wrong, []);
    });
  }
  test(`${kind.name}: at least ${atLeast} points`, t => {
    t.diagnostic(`${total} points in all`);
    assert.ok(total >= atLeast, `${total}`);
  });
}
