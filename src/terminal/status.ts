import type { Status } from '../pass/status.ts';
import { columns, heading, notices } from './paint.ts';
import { inBrief } from './value.ts';

const trialLine = ({ state, kernel, initramfs, arguments: words, previous, by, cause }: Status['trial']): string =>
  [
    state,
    kernel,
    initramfs && `with ${initramfs}`,
    words.length > 0 && `with ${words.join(' ')}`,
    previous && `(from ${previous})`,
    by && `by ${by}`,
    cause && `because of ${cause}`,
  ]
    .filter(Boolean)
    .join(' ');

export const describeStatus = ({ sealed, trial, lastPass, applied, held, notices: all }: Status): string =>
  [
    columns(
      [
        ['sealed', sealed ? 'yes' : 'no: the agent only plans here'],
        [
          'last pass',
          lastPass === null ? 'none yet' : `${lastPass.outcome}, ${lastPass.at}, ${lastPass.durationMs} ms`,
        ],
        ['trial', trialLine(trial)],
        ...(held.length === 0 ? [] : [['held', held.join(' ')]]),
      ],
      '',
    ),
    applied.length === 0 ? '' : heading('applied'),
    columns(applied.map(({ id, before, after, lasts }) => [id, `${inBrief(before)} → ${inBrief(after)}`, lasts])),
    notices(all),
  ].join('');
