/** What the lines of every section are made of. Loads zod: import it dynamically, or for its types only. */
import { z } from 'zod';
import { mistakeIn } from '../expression.ts';
import { condition } from './condition.ts';
import { matching } from './words.ts';

/** Every line may say where it holds, and must say why, and where that can be read. */
export const because = {
  when: condition.optional(),
  reason: matching(/\S/, 'expected a sentence'),
  reference: z.url({ protocol: /^https?$/, error: 'expected the URL where this is documented' }),
};

/** `= memory / 10`: told from text by its first character. A mistake in it is told where the profile is read. */
const expression = (text: string, context: z.RefinementCtx): void => {
  const mistake = text.startsWith('=') ? mistakeIn(text) : null;
  if (mistake !== null) context.addIssue({ code: 'custom', message: mistake });
};

/** Text to be written to a file of the kernel. Files are read without YAML's types, so that large numbers stay exact. */
export const value = z
  .union([z.string(), z.number(), z.boolean()], { error: 'expected text or a number' })
  .transform(String)
  .refine(text => /^[^\n]+$/.test(text), 'expected one line of text')
  .superRefine(expression);

export const number = value.refine(
  text => /^\d+$|^=/.test(text),
  'expected a whole number, or an expression such as = 2 * cpus',
);
