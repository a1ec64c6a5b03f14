import type { Facts, FoundTool } from '../facts/facts.ts';
import type { Planned } from './plan.ts';
import type { ToolsStep } from './step.ts';

const stepFor = (tool: FoundTool): ToolsStep | null => {
  const { id, title, unit, package: name, reference: source } = tool;
  const reference = source.startsWith('https:') ? source : `https://packages.debian.org/search?keywords=${name}`;
  const step = { id: `tools:${id}`, kind: 'tools' as const, package: name, unit, reference, lasts: 'boot' as const };
  if (tool.offered === true)
    return { ...step, desired: 'on', reason: `There is something here that it speaks with: ${title}.` };
  const idle = tool.offered === false && tool.installed && tool.startsAnywhere;
  return idle ? { ...step, desired: 'off', reason: `There is nothing here that it could speak with: ${title}.` } : null;
};

/**
 * The guest tools of this hypervisor on. Those of others off only where they would start all the same: nearly all units ask for their
 * hypervisor or device themselves.
 */
export const planTools = ({ tools, detection }: Facts): Planned => ({
  steps: detection.virtualized ? tools.map(stepFor).filter(step => step !== null) : [],
  notices: [],
});
