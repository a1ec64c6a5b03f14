/** What a source is asked on: a folder with these files, on a machine of this hypervisor. */
import type { TestContext } from 'node:test';
import type { Detection, Hypervisor } from '../../src/detect/detection.ts';
import type { Answer, Ground, ResourceName, Told, Viewpoint } from '../../src/resources/resource.ts';
import { guestWith } from '../detect/folder.ts';

export const detectionOf = (hypervisor: Hypervisor): Detection => ({
  virtualized: hypervisor !== 'none',
  hypervisor,
  mode: null,
  platform: null,
  container: null,
  arch: 'x86_64',
  buses: [],
  rule: 'none',
  certainty: 'certain',
  evidence: [],
  overruled: [],
});

export const groundOf = (
  t: TestContext,
  files: Record<string, string | Buffer>,
  hypervisor: Hypervisor = 'kvm',
  viewpoint: Viewpoint = 'caller',
): Ground => ({ guest: guestWith(t, { files }), detection: detectionOf(hypervisor), viewpoint });

/** Values by name, of the source that is asked first. */
export const valuesOf = ({ told }: Pick<Answer, 'told'>): Partial<Record<ResourceName, Told['value']>> =>
  Object.fromEntries(told.toReversed().map(({ name, value }) => [name, value]));
