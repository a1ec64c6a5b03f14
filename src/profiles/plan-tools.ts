import type { Facts, FoundTool } from '../facts/facts.ts';
import type { Planned } from './planned.ts';
import type { ToolsStep } from './step.ts';

export const referenceOf = ({ reference, package: name }: FoundTool): string =>
  reference.startsWith('https:') ? reference : `https://packages.debian.org/search?keywords=${name}`;

const stepFor = (tool: FoundTool): ToolsStep | null => {
  const { id, title, unit, package: name } = tool;
  const reference = referenceOf(tool);
  const step = { id: `tools:${id}`, kind: 'tools' as const, package: name, unit, reference, lasts: 'boot' as const };
  if (tool.offered === true)
    return { ...step, desired: 'on', reason: `There is something here that it speaks with: ${title}.` };
  const idle = tool.offered === false && tool.installed && tool.startsAnywhere;
  return idle ? { ...step, desired: 'off', reason: `There is nothing here that it could speak with: ${title}.` } : null;
};

/** The background installs it (plan-packages.ts). */
const isOnItsWay = ({ packages }: Facts, tool: FoundTool): boolean =>
  tool.unit === null && packages.some(({ name, standing }) => name === tool.package && standing !== 'installed');

/**
 * The guest tools of this hypervisor on. Those of others off only where they would start all the same: nearly all units ask for their
 * hypervisor or device themselves.
 */
export const planTools = (facts: Facts): Planned => ({
  steps: (facts.detection.virtualized ? facts.tools : [])
    .filter(tool => !isOnItsWay(facts, tool))
    .map(stepFor)
    .filter(step => step !== null),
  notices: [],
});
