import { printJson } from '../../cli.ts';
import { detect } from '../../detect/detect.ts';
import { fetchEnvironment, type LookAround } from '../../ovfenv/read.ts';
import { columns } from '../../terminal/paint.ts';
import type { Form } from '../form.ts';
import { NONE } from './form.ts';

/** A line for each transport: `ms` and `found` are null for one that was not asked, and `why` says why it was, or why not. */
const rowsOf = ({ asked, notAsked, found }: LookAround) => [
  ...asked.map(({ transport, ms, because }) => ({
    transport,
    ms: Math.round(ms),
    found: found?.transport === transport,
    why: because,
  })),
  ...notAsked.map(({ transport, why }) => ({ transport, ms: null, found: null, why })),
];

const answers = new Map([
  [true, 'found'],
  [false, 'nothing'],
  [null, '-'],
]);

/** Which transports were asked, how long each took, which had the document, and why the others were not asked. */
export const transports: Form = {
  usage: 'env transports',
  async run(invocation) {
    const look = await fetchEnvironment(invocation.guest, await detect(invocation.guest));
    const rows = rowsOf(look);
    if (invocation.json) printJson(invocation, { schemaVersion: 1, transports: rows });
    else {
      const lines = rows.map(row => [
        row.transport,
        row.ms === null ? '' : `${row.ms} ms`,
        answers.get(row.found) ?? '',
        row.why,
      ]);
      invocation.print(columns(lines));
    }
    return look.found === null ? NONE : 0;
  },
};
