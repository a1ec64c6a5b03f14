import { EnlightenError } from '../errors.ts';
import type { Target } from './target.ts';
import { targets } from './targets.ts';

/**
 * The targets of `--target LIST`: ids, or families, which stand for all of their rows.
 * @throws EnlightenError `usage` for a name that is neither.
 */
export const targetsNamed = (list: string): Target[] => {
  const names = list.split(',').map(name => name.trim());
  const unknown = names.find(name => !targets.some(({ id, family }) => name === id || name === family));
  if (unknown !== undefined) {
    const families = [...new Set(targets.map(({ family }) => family))];
    const ids = targets.map(({ id }) => id).filter(id => !families.includes(id));
    throw new EnlightenError('usage', {
      tried: 'look at the target',
      on: unknown,
      happened: `targets are ${families.join(', ')}, and ${ids.join(', ')}`,
    });
  }
  return targets.filter(({ id, family }) => names.includes(id) || names.includes(family));
};
