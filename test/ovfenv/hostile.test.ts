/** What documents can cost: they are read by a process whose heap is 64 MB. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { largestDocument } from '../../src/ovfenv/limits.ts';
import { large, refused } from './hostile.ts';

const reader = fileURLToPath(new URL('reader.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Cost {
  refused: string | null;
  cpuMs: number;
  megabytes: number;
}

/** What each document costs a process that reads them one after the other. */
const costs = (documents: (string | Buffer)[]): Cost[] => {
  const files = documents.map((content, number) => {
    const file = join(folder, String(number));
    writeFileSync(file, content);
    return file;
  });
  const args = ['--max-old-space-size=64', reader, ...files];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 });
  assert.equal(status, 0, stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
};

/** Far above what any of them takes (milliseconds), far below what quadratic time would be (minutes). */
const MOST_CPU_MS = 8_000;

test('hostile documents are refused in milliseconds, all of them together in 64 MB', async t => {
  const found = costs(Object.values(refused).map(make => make()));
  for (const [at, name] of Object.keys(refused).entries()) {
    await t.test(name, each => {
      const cost = found[at];
      assert.ok(cost);
      each.diagnostic(`${cost.refused}: ${cost.cpuMs} ms`);
      assert.match(cost.refused ?? 'was read', /^environment-(?:too-large|encoding|empty|doctype|limits|malformed)$/);
      assert.ok(cost.cpuMs < MOST_CPU_MS, `${cost.cpuMs} ms`);
    });
  }
  const megabytes = found.at(-1)?.megabytes ?? Infinity;
  t.diagnostic(`${megabytes} MB`);
  assert.ok(megabytes <= 64, `${megabytes} MB`);
});

for (const [name, make] of Object.entries(large)) {
  test(`read with a heap of 64 MB: a mebibyte of ${name}`, t => {
    const content = make();
    assert.ok(Buffer.byteLength(content) <= largestDocument);
    const [cost] = costs([content]);
    assert.ok(cost);
    t.diagnostic(`${cost.cpuMs} ms, ${cost.megabytes} MB`);
    assert.equal(cost.refused, null);
    assert.ok(cost.cpuMs < MOST_CPU_MS, `${cost.cpuMs} ms`);
  });
}
