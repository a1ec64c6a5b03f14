/**
 * `npm test`: the unit tests, then the core scenarios in virtual machines; one line for each as it goes, the sum as the last.
 * `--unit` leaves the scenarios out; `--all` adds those that take long, and every fault that test/faults knows, and says which commit it was.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { installMissing } from './debian.ts';
import { at } from './paths.ts';
import { type Count, sum } from './testing/count.ts';
import { runScenarios } from './testing/scenarios.ts';
import { needed, runUnitTests } from './testing/unit.ts';

const { values } = parseArgs({
  options: { unit: { type: 'boolean', default: false }, all: { type: 'boolean', default: false } },
});

const git = (...args: string[]): string => execFileSync('git', args, { cwd: at('.'), encoding: 'utf8' }).trim();

const commit = (): string => `${git('rev-parse', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' with changes'}`;

if (values.all) process.env['ENLIGHTEN_FAULTS'] = '1';
const began = performance.now();
installMissing(needed);
const counts: Count[] = [await runUnitTests()];
if (!values.unit) counts.push(await runScenarios(values.all ? 'all' : 'core'));
const { passed, failed } = sum(counts);
const succeeded = failed === 0 && passed > 0;

const minutes = ((performance.now() - began) / 60_000).toFixed(1);
if (values.all) console.log(`commit ${commit()}: ${succeeded ? 'passed' : 'failed'} in ${minutes} minutes`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = succeeded ? 0 : 1;
