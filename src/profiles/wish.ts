import type { Source } from '../settings/settings.ts';

/** The reason of a step a person asked for. */
export const setBy: Record<Source, string> = {
  'command-line': 'set by the kernel command line',
  property: 'set by an OVF property',
  file: 'set by /etc/enlighten/enlighten.yaml',
  default: 'set by default',
};
