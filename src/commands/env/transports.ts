import { printJson } from '../../cli.ts';
import { fetchEnvironment } from '../../ovfenv/read.ts';
import { type Form, NONE } from './form.ts';

/** Which transports were asked, how long each took, and which had the document. */
export const transports: Form = {
  usage: 'env transports',
  async run(invocation) {
    const { asked, found } = await fetchEnvironment(invocation.guest);
    const rows = asked.map(({ transport, ms }) => ({
      transport,
      ms: Math.round(ms),
      found: found?.transport === transport,
    }));
    if (invocation.json) printJson(invocation, { schemaVersion: 1, transports: rows });
    else
      for (const { transport, ms, found: has } of rows)
        invocation.print(`${transport}  ${ms} ms  ${has ? 'found' : 'nothing'}\n`);
    return found === null ? NONE : 0;
  },
};
