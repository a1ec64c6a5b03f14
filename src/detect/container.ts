/** In which container, if in one: a separate answer, which never replaces the machine's. */
import type { Container, Evidence } from './detection.ts';
import { CONTAINER } from './probes/container.ts';

/**
 * `docker export` leaves its marker in the tree, and people make virtual machines of such trees. In the machine's first PID
 * namespace, on a root that is a whole file system, the marker alone proves nothing. (systemd-detect-virt says `docker` here.)
 */
const isLeftover = ({ source }: Evidence, all: readonly Evidence[]): boolean =>
  source === CONTAINER.dockerMarker &&
  all.some(item => item.source === CONTAINER.pidNamespace && item.supports === null) &&
  all.some(item => item.source === CONTAINER.rootMount);

/**
 * The name the container's manager gave itself; `other` for one without a known name, or that shows in its namespaces alone;
 * null outside.
 */
export const containerIn = (evidence: readonly Evidence[]): Container | null => {
  const traces = evidence.filter(({ probe }) => probe === 'container');
  const names = traces.filter(trace => !isLeftover(trace, traces)).flatMap(({ supports }) => supports ?? []);
  return names.find(name => name !== 'other') ?? names[0] ?? null;
};
