import type { Detection } from '../detect/detection.ts';
import type { Gathered } from './gather.ts';

/** The document of `enlighten resources --json`. */
export const resourcesJson = ({ hypervisor }: Detection, { resources, nodes, effective, notices }: Gathered) => ({
  schemaVersion: 1,
  hypervisor,
  effective,
  resources: Object.fromEntries(
    Object.entries(resources).map(([name, { value, unit, source }]) => [name, { value, unit, source }]),
  ),
  nodes,
  notices,
});
