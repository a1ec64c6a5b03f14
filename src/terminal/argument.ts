/** The argument for a verdict, set for reading at night: the answer first, then why, then what was not believed. */
import type { Argument } from '../detect/argument.ts';
import type { Detection } from '../detect/detection.ts';
import { heading, paragraph } from './paint.ts';

const part = (title: string, sentences: readonly string[]): string =>
  sentences.length === 0 ? '' : `\n${heading(title)}${sentences.map(text => paragraph(text)).join('')}`;

export const describeArgument = ({ rule, certainty }: Detection, argument: Argument): string => {
  const [answer = '', ...further] = argument.verdict;
  return [
    heading(paragraph(answer, '', '').trimEnd()),
    ...further.map(text => paragraph(text)),
    part(`decided by the rule ${rule} (${certainty})`, argument.decided),
    part('seen', argument.seen),
    part('overruled', argument.overruled),
    part('in doubt', argument.doubt),
  ].join('');
};
