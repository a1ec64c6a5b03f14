/** Every machine, composed or captured, is judged right, and together they reach every word of the contract and every rule of the policy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detect } from '../../src/detect/detect.ts';
import { type Detection, hypervisors, modes, platforms } from '../../src/detect/detection.ts';
import { ruleIds } from '../../src/detect/policy.ts';
import { captured } from './captured.ts';
import { architectures } from './composed/architectures.ts';
import { containers } from './composed/containers.ts';
import { pcs } from './composed/pcs.ts';
import { platformMachines } from './composed/platforms.ts';
import { guestWith } from './folder.ts';
import { contentsOf, judged } from './judged.ts';

const machines = { ...pcs, ...architectures, ...platformMachines, ...containers, ...(await captured()) };

judged(machines);

/** The words of the contract, and the rules by which they are found. */
const words = {
  hypervisor: hypervisors,
  mode: modes,
  platform: platforms,
  container: ['docker', 'podman', 'lxc', 'systemd-nspawn', 'wsl', 'openvz', 'other'],
  rule: ruleIds,
} satisfies { [part in keyof Detection]?: readonly string[] };

test('every word is said of some machine, and every rule decides about one', async t => {
  const said = new Set<string>();
  for (const machine of Object.values(machines)) {
    const detection = await detect(guestWith(t, contentsOf(machine)));
    for (const part of Object.keys(words)) said.add(`${part} ${Reflect.get(detection, part)}`);
  }
  const unsaid = Object.entries(words).flatMap(([part, all]) => all.map(word => `${part} ${word}`));
  assert.deepEqual(
    unsaid.filter(word => !said.has(word)),
    [],
  );
});
