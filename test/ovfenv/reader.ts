/** A child process that reads documents from files and says what became of each, in how much time, and how much memory it has taken so far. */
import { readFileSync } from 'node:fs';
import { readDocument } from '../../src/ovfenv/document.ts';
import { document } from './fixture.ts';

const { cpuUsage, resourceUsage, argv } = process;
const read = (bytes: Buffer) => readDocument({ transport: 'file', source: 'document', document: bytes });

// With everything loaded and warm, what follows is what the documents cost.
await read(Buffer.from(document));
const before = resourceUsage().maxRSS;

for (const file of argv.slice(2)) {
  const began = cpuUsage();
  const result = await read(readFileSync(file));
  const { user, system } = cpuUsage(began);
  const cost = {
    refused: 'refused' in result ? result.refused.code : null,
    cpuMs: Math.round((user + system) / 1000),
    megabytes: Math.round((resourceUsage().maxRSS - before) / 1024),
  };
  process.stdout.write(`${JSON.stringify(cost)}\n`);
}
