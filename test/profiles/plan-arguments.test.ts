import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseProfile } from '../../src/profiles/document.ts';
import { plan } from '../../src/profiles/plan.ts';
import type { KernelStep } from '../../src/profiles/step.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { facts, line, prefer, profile, settings } from './world.ts';

const [RUNNING, CLOUD] = ['6.1.0-50-amd64', '6.1.0-50-cloud-amd64'];
const commandLine = { transparent_hugepage: line('madvise'), 'nvme_core.io_timeout': line('4294967295') };
const words = ['nvme_core.io_timeout=4294967295', 'transparent_hugepage=madvise'];

const kernelStep = (has: string, more: { cloud?: true; wish?: Partial<Settings> } = {}) => {
  const kernel = more.cloud ? [prefer('debian', 'cloud')] : [];
  const { steps } = plan(facts({ commandLine: has }), settings(more.wish ?? {}), profile('p', { commandLine, kernel }));
  const found = steps.find((step): step is KernelStep => step.kind === 'kernel');
  return found && [found.desired, found.arguments ?? null, found.when ?? null];
};

test('arguments are tried with the kernel that runs, and nobody reboots for them', () => {
  assert.deepEqual(kernelStep('ro'), [RUNNING, words, 'next-reboot']);
  assert.deepEqual(kernelStep(`ro ${words.join(' ')}`), [RUNNING, words, 'next-reboot']);
});

test('one thing at a time: another kernel is tried with those that hold here already', () => {
  assert.deepEqual(kernelStep('ro', { cloud: true }), [CLOUD, null, null]);
  assert.deepEqual(kernelStep('ro transparent_hugepage=madvise', { cloud: true }), [CLOUD, [words[1]], null]);
});

test('what no line wants any more goes by a trial, too; not while another kernel is to be tried', () => {
  const stepOf = (more: Partial<Parameters<typeof facts>[0]>, kernel = [prefer('debian', 'cloud')]) => {
    const { steps } = plan(facts({ triedArguments: words, ...more }), settings(), profile('p', { kernel }));
    const found = steps.find((step): step is KernelStep => step.kind === 'kernel');
    return found && [found.desired, found.arguments ?? null, found.when ?? null];
  };
  assert.deepEqual(stepOf({ runningRelease: CLOUD }), [CLOUD, [], 'next-reboot']);
  assert.deepEqual(stepOf({}, []), [RUNNING, [], 'next-reboot']);
  assert.deepEqual(stepOf({}), [CLOUD, null, null]);
  assert.deepEqual(stepOf({ runningRelease: CLOUD, triedArguments: [] }), [CLOUD, null, null]);
});

test('who keeps the kernel, or does not tune, keeps the command line', () => {
  assert.equal(kernelStep('ro', { wish: { kernel: { value: 'keep', source: 'file' } } }), undefined);
  assert.equal(kernelStep('ro', { wish: { tune: { value: 'off', source: 'file' } } }), undefined);
});

test('what leads to the root file system, or belongs to a trial, is nobody’s to tune', () => {
  const mistake = (name: string, value: string): string => {
    const because = 'reason: r\n    reference: https://example.org/';
    const found = parseProfile(`name: p\ncommandLine:\n  ${name}:\n    value: ${value}\n    ${because}\n`);
    return Array.isArray(found) ? (found[0]?.what ?? '') : 'fine';
  };
  assert.equal(mistake('transparent_hugepage', 'madvise'), 'fine');
  assert.equal(mistake('nvme_core.io_timeout', '= 2 * 1024'), 'fine');
  for (const name of [
    'root',
    'rootflags',
    'init',
    'panic',
    'enlighten.trial',
    'systemd.unit',
    'rd.luks.uuid',
    'console',
  ])
    assert.match(mistake(name, '1'), /the boot, or its trial, depends/, name);
  for (const value of ['a b', '"a\\"b"', '$(x)'])
    assert.match(mistake('quiet', `'${value}'`), /expected one word/, value);
  assert.match(mistake('a b', '1'), /expected a kernel parameter/);
});
