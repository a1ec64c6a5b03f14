/** The smallest parts of the schema, and how they say what was expected. Loads zod. */
import { z } from 'zod';

/** An object whose unknown keys are errors that name the allowed ones: a misspelt key must not pass for an absent one. */
export const strict = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: issue => {
      const allowed = `allowed: ${Object.keys(shape).join(', ')}`;
      if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: not known here; ${allowed}`;
      return issue.input === undefined ? 'is missing' : `expected a mapping; ${allowed}`;
    },
  });

export const matching = (pattern: RegExp, what: string) =>
  z.string({ error: issue => (issue.input === undefined ? 'is missing' : what) }).regex(pattern, what);

export const word = matching(/^[a-z0-9][a-z0-9_.-]*$/, 'expected a word of a-z, 0-9, _ . and -');

export const listOf = <Item extends z.ZodType>(item: Item, what: string) => z.array(item, `expected ${what}`).min(1);
