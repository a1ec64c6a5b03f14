/** `detect --explain`: every machine's verdict comes as an argument in whole sentences, which says what it rests on and what it does not believe. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { argumentFor } from '../../src/detect/argument.ts';
import { detect } from '../../src/detect/detect.ts';
import { hypervisorNames, platformNames } from '../../src/detect/names.ts';
import { architectures } from './composed/architectures.ts';
import { containers } from './composed/containers.ts';
import { pcs } from './composed/pcs.ts';
import { platformMachines } from './composed/platforms.ts';
import { folderWith, guestWith } from './folder.ts';
import { contentsOf, type Machine } from './judged.ts';

const machines = { ...pcs, ...architectures, ...platformMachines, ...containers };

const machineNamed = (name: string): Machine => {
  const machine = machines[name];
  assert.ok(machine, name);
  return machine;
};

test('every argument is made of whole sentences and leaves nothing out', async t => {
  for (const [name, machine] of Object.entries(machines)) {
    const detection = await detect(guestWith(t, contentsOf(machine)));
    const { verdict, seen, decided, overruled, doubt } = argumentFor(detection);
    for (const sentence of [...verdict, ...seen, ...decided, ...overruled, ...doubt]) {
      assert.match(sentence, /^[A-Z/].*[.!?]$/su, `${name}: ${sentence}`);
      assert.doesNotMatch(sentence, /undefined|null|\[object/, `${name}: ${sentence}`);
    }
    const all = seen.join('\n');
    const said = detection.evidence.filter(
      ({ probe, value }) => probe !== 'buses' && !/ |^exists$|^dom0$|^control_d$/.test(value),
    );
    for (const { probe, value } of said)
      if (probe !== 'pci') assert.ok(all.includes(value), `${name}: ${value} in ${all}`);
    assert.equal(
      overruled.length,
      new Set(detection.overruled.map(({ probe, supports }) => `${probe === 'container'} ${supports}`)).size,
      name,
    );
    assert.equal(doubt.length > 0, detection.certainty === 'inferred', name);
    if (detection.platform !== null) assert.ok(verdict[0]?.includes(platformNames[detection.platform]), name);
    const told = verdict[0] ?? '';
    assert.ok(
      told.includes(hypervisorNames[detection.hypervisor]) || told.includes('logical partition'),
      `${name}: ${told}`,
    );
  }
});

test('KVM made up as Hyper-V, as a person would argue it', async t => {
  const argument = argumentFor(await detect(guestWith(t, contentsOf(machineNamed('KVM that signs as Hyper-V')))));
  assert.deepEqual(argument, {
    verdict: ['This is most likely a virtual machine under KVM.', 'No bus with devices was seen.'],
    seen: [
      'CPUID says that a hypervisor is present.',
      'CPUID leaf 0x40000000 is signed "Microsoft Hv", which speaks for Hyper-V.',
      'The kernel offers the clock "hyperv_clocksource_tsc_page", which speaks for Hyper-V.',
      'The firmware\'s sys_vendor is "QEMU", which speaks for QEMU without acceleration.',
      'The firmware also says, naming no hypervisor: product_name "Standard PC (Q35 + ICH9, 2009)", bios_vendor "SeaBIOS".',
    ],
    decided: [
      "The firmware is that of KVM's world (QEMU, SeaBIOS and their relatives), which Hyper-V never boots. KVM shows Hyper-V's signature when it is told to hide itself or to please Windows; the firmware is therefore believed.",
    ],
    overruled: [
      'Not Hyper-V, although CPUID leaf 0x40000000 is signed "Microsoft Hv" and the kernel offers the clock "hyperv_clocksource_tsc_page": KVM can show Hyper-V\'s signature, to make Windows guests fast or to hide itself; that makes it no Hyper-V.',
      'Not QEMU without acceleration, although the firmware\'s sys_vendor is "QEMU": QEMU is also the program that runs machines for KVM, and signs their firmware with or without it.',
    ],
    doubt: ['If this is wrong, `enlighten.profile=NAME` on the kernel command line chooses the profile by hand.'],
  });
});

const explained = (root: string, ...options: string[]) => {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'detect', '--root', root, ...options], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return stdout;
};

test('the program explains on a terminal and in JSON, and `--json` alone stays as it was', t => {
  const root = folderWith(t, contentsOf(machineNamed('Xen with viridian')));
  const prose = explained(root, '--explain');
  assert.match(prose, /^This is a fully virtualized \(HVM\) virtual machine under Xen\.\n/);
  assert.match(prose, /decided by the rule xen \(certain\)/);
  assert.match(prose, /Not Hyper-V, although CPUID leaf 0x40000000/);
  const lines = prose.split('\n');
  assert.deepEqual(
    lines.filter(line => line.length > 80),
    [],
    'fits a serial console',
  );
  const plain = JSON.parse(explained(root, '--json'));
  const { argument, ...rest } = JSON.parse(explained(root, '--json', '--explain'));
  assert.deepEqual(rest, plain);
  assert.equal('argument' in plain, false);
  assert.equal(argument[0], 'This is a fully virtualized (HVM) virtual machine under Xen.');
});

test('strings of the firmware cannot touch the terminal', t => {
  const root = folderWith(t, { files: { [join('/sys/class/dmi/id', 'sys_vendor')]: 'QEMU\x1b]0;owned\x07\x9b31m\n' } });
  for (const options of [[], ['--explain']]) assert.doesNotMatch(explained(root, ...options), /[\x1b\x07\x9b]/);
});
