/** Whatever a folder holds: an answer of the contract, soon, in bounded memory, with nobody's rights but the caller's. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { argumentFor } from '../../src/detect/argument.ts';
import { detect, detectionJson } from '../../src/detect/detect.ts';
import { openGuest } from '../../src/guest/open.ts';
import { describeArgument } from '../../src/terminal/argument.ts';
import { askedFor } from './asked.ts';
import { cpuidOf, dmiOf, folderWith } from './folder.ts';
import { detectionSchema } from './schema.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Tells at its end, on file descriptor 3, what the program has used. */
const telling = `import { writeSync } from 'node:fs';
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(3, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, rssKiB: maxRSS }));
});`;

interface Used {
  cpuMs: number;
  rssKiB: number;
}

/** Nobody: detection needs no rights, and gets none here. A test run without root is nobody already. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

const program = (root: string, ...options: string[]) =>
  spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(telling)}`, MAIN, 'detect', '--root', root, ...options],
    { ...nobody, encoding: 'utf8', timeout: 30_000, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  );

/** Runs the real program on the folder; the answer, checked against the contract, and what it cost. */
const answered = (root: string) => {
  chmodSync(root, 0o755);
  const { status, stdout, stderr, output } = program(root, '--json');
  assert.equal(status, 0, stderr);
  const used: Used = JSON.parse(output[3] ?? '');
  return { detection: detectionSchema.parse(JSON.parse(stdout)), used };
};

/** In place of every file that detection asks for, the same thing. */
const everywhere = async (t: TestContext, make: (path: string) => void): Promise<string> => {
  const root = folderWith(t, {});
  for (const path of (await askedFor(t)).files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    make(join(root, path));
  }
  return root;
};

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const hostile: Record<string, (path: string) => void> = {
  'nothing in any file': path => writeFileSync(path, ''),
  'files nobody may read': path => writeFileSync(path, cpuidOf('KVMKVMKVM'), { mode: 0 }),
  'links that lead to themselves': path => symlinkSync(nameOf(path), path),
  'links that lead in circles': path => {
    symlinkSync(`${nameOf(path)}.2`, path);
    symlinkSync(nameOf(path), `${path}.2`);
  },
  'links that lead out': path => symlinkSync('../../../../../../../../dev/zero', path),
  'folders where files belong': path => mkdirSync(path),
  'pipes nobody writes to': path => void execFileSync('mkfifo', [path]),
  'files of 100 MB': path => {
    writeFileSync(path, '{"0x1":[[[[[[[');
    truncateSync(path, 100_000_000);
  },
  'one line of 1 MB': path => writeFileSync(path, 'a:'.repeat(500_000)),
  'binary noise': path => writeFileSync(path, Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256))),
};

/** What the program costs over an empty folder; that much it costs to start Node. */
const idle = (t: TestContext): Used => answered(folderWith(t, {})).used;

const assertCheap = (t: TestContext, used: Used): void => {
  const base = idle(t);
  assert.ok(used.cpuMs - base.cpuMs < 1000, `${used.cpuMs - base.cpuMs} ms of processor time`);
  assert.ok(used.rssKiB - base.rssKiB < 48 * 1024, `${used.rssKiB - base.rssKiB} KiB of memory`);
};

for (const [name, make] of Object.entries(hostile)) {
  test(`an answer, soon and in bounded memory: ${name}`, async t => {
    assertCheap(t, answered(await everywhere(t, make)).used);
  });
}

test('an answer, soon and in bounded memory: folders with 70,000 entries', async t => {
  const root = folderWith(t, { folders: ['/full'] });
  execFileSync('sh', ['-c', 'seq -f fw-%g 70000 | xargs touch'], { cwd: join(root, 'full') });
  for (const path of (await askedFor(t)).folders) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    rmSync(join(root, path), { recursive: true, force: true });
    symlinkSync('/full', join(root, path));
  }
  assertCheap(t, answered(root).used);
});

test('folders that nobody may enter are absent', async t => {
  const root = folderWith(t, { files: { ...dmiOf({ sys_vendor: 'QEMU' }), '/cpuid.json': cpuidOf('KVMKVMKVM') } });
  chmodSync(join(root, 'sys'), 0);
  const { detection } = answered(root);
  assert.equal(detection.hypervisor, 'kvm');
  assert.deepEqual([...new Set(detection.evidence.map(({ probe }) => probe))], ['cpuid']);
});

/** Bytes as they come, and bytes close to what is really there. */
const content = fc.oneof(
  fc.uint8Array({ maxLength: 600 }).map(bytes => Buffer.from(bytes)),
  fc
    .array(
      fc.constantFrom(
        ...[
          'xen',
          'QEMU',
          'KVM',
          'ec2',
          'control_d',
          'linux,kvm',
          'flags\t: hypervisor',
          'container=',
          'VM00 Control Program: ',
        ],
        ...[
          '{"0x1":',
          '{"0x40000000":{"ebx":',
          '-1}',
          '1e99',
          'null',
          '\0',
          '\n',
          '\x1b[31m',
          ' ',
          ':',
          '=',
          '\ufeff',
          '\u202e',
        ],
      ),
      { maxLength: 12 },
    )
    .map(parts => Buffer.from(parts.join(''))),
);

test('any bytes in any file: an answer of the contract, and an argument without control characters', async t => {
  const { files } = await askedFor(t);
  const root = folderWith(t, {});
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.constantFrom(...files), content, { maxKeys: 12 }), async contents => {
      for (const [path, bytes] of Object.entries(contents)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), bytes);
      }
      const detection = await detect(openGuest(root));
      detectionSchema.parse(JSON.parse(JSON.stringify(detectionJson(detection))));
      const argument = describeArgument(detection, argumentFor(detection));
      assert.doesNotMatch(argument, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
      for (const path of Object.keys(contents)) rmSync(join(root, path));
    }),
    { numRuns: 300 },
  );
});
