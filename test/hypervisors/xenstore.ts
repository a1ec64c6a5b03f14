/**
 * The other side of /dev/xen/xenbus, byte for byte (Xen, xs_wire.h and docs/misc/xenstore.txt): a store of nodes behind a
 * pseudo-terminal, which is a character device like the real one and stands, bound there, in a folder guest's /dev.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Fetched } from '../../src/ovfenv/transports/transport.ts';
import type { Answer } from '../../src/resources/resource.ts';

export type Nodes = ReadonlyMap<string, Buffer>;
interface Message {
  type: number;
  request: number;
  transaction: number;
  payload: Buffer;
}

export const encoded = ({ type, request, transaction, payload }: Message): Buffer => {
  const header = Buffer.alloc(16);
  [type, request, transaction, payload.length].forEach((word, at) => {
    header.writeUInt32LE(word, at * 4);
  });
  return Buffer.concat([header, payload]);
};

/** Takes whole messages off a stream's beginning; what is left waits for more. */
const decoded = (bytes: Buffer): { messages: Message[]; rest: Buffer } => {
  const messages: Message[] = [];
  let rest = bytes;
  while (rest.length >= 16 && rest.length >= 16 + rest.readUInt32LE(12)) {
    const end = 16 + rest.readUInt32LE(12);
    const [type = 0, request = 0, transaction = 0] = [0, 4, 8].map(at => rest.readUInt32LE(at));
    messages.push({ type, request, transaction, payload: rest.subarray(16, end) });
    rest = rest.subarray(end);
  }
  return { messages, rest };
};

/** What xenstored answers to a domain that may read everything there is. */
export const store =
  (nodes: Nodes) =>
  ({ type, request, transaction, payload }: Message): Buffer => {
    const reply = (answer: Buffer, as = type) => encoded({ type: as, request, transaction, payload: answer });
    const refused = (error: string) => reply(Buffer.from(`${error}\0`), 16);
    const path = payload.toString('utf8', 0, payload.length - 1);
    if (payload.at(-1) !== 0 || transaction !== 0) return refused('EINVAL');
    const below = [...nodes.keys()].filter(each => each.startsWith(`${path}/`));
    const there = nodes.has(path) || below.length > 0;
    if (!there) return refused('ENOENT');
    if (type === 2) return reply(nodes.get(path) ?? Buffer.alloc(0));
    const names = new Set(below.map(each => each.slice(path.length + 1).split('/')[0]));
    return type === 1 ? reply(Buffer.from([...names].map(name => `${name}\0`).join(''))) : refused('ENOSYS');
  };

const namespace = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];
/** Why it cannot stand here; false where it can. */
export const cannotStand =
  spawnSync('unshare', [...namespace, 'true']).status === 0 ? false : 'needs mount namespaces (unshare(1))';

const source = (path: string): string => new URL(`../../src/${path}`, import.meta.url).href;

/** Fetches in a process of its own. */
const fetching = `
  const { xenstore } = await import('${source('ovfenv/transports/xenstore.ts')}');
  const { found, notices } = await xenstore.fetch(guest);
  const document = found?.document.toString('base64');
  answer = { found: found && { ...found, document }, notices };`;

/** In whose mount namespace the device is bound into the folder. */
const around = (asking: string): string => `
  const [root] = process.argv.slice(1);
  const { openGuest } = await import('${source('guest/open.ts')}');
  const guest = openGuest(root);
  let answer;
  ${asking}
  process.stdout.write(JSON.stringify(answer));
  process.exit();`;

/**
 * What a program finds where this peer stands behind the device.
 * @param answer the bytes for one request
 * @param asking the program's lines: they have `guest` and set `answer`
 * @param device the path of the device in the guest
 * @returns also every request as it arrived
 */
const askedThrough = async <T>(
  answer: (request: Message) => Buffer,
  asking: string,
  device = 'dev/xen/xenbus',
): Promise<{ answered: T; requests: Message[] }> => {
  const folder = mkdtempSync(join(tmpdir(), 'xenstore-'));
  const [link, root] = [join(folder, 'pty'), join(folder, 'root')];
  const place = join(root, device);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, '');
  const peer = spawn('socat', [`PTY,raw,echo=0,link=${link}`, 'STDIO'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const requests: Message[] = [];
    let waiting = Buffer.alloc(0);
    peer.stdout.on('data', (bytes: Buffer) => {
      const { messages, rest } = decoded(Buffer.concat([waiting, bytes]));
      waiting = Buffer.from(rest);
      requests.push(...messages);
      for (const message of messages) peer.stdin.write(answer(message));
    });
    while (!existsSync(link)) await wait(10);
    const program = [process.execPath, '--input-type=module', '-e', around(asking), root];
    const bound = ['sh', '-ec', 'mount --bind "$1" "$2"; shift 2; exec "$@"', 'sh', realpathSync(link), place];
    const { stdout } = await promisify(execFile)('unshare', [...namespace, ...bound, ...program], {
      maxBuffer: 8 * 1024 * 1024,
    });
    return { answered: JSON.parse(stdout), requests };
  } finally {
    const ended = once(peer, 'exit');
    peer.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
};

/** What the transport fetches through that device. */
export const fetchedThrough = async (
  answer: (request: Message) => Buffer,
  device?: string,
): Promise<Fetched & { requests: Message[] }> => {
  type Carried = Omit<Fetched, 'found'> & { found: { document: string } | null };
  const { answered, requests } = await askedThrough<Carried>(answer, fetching, device);
  const { found, notices } = answered;
  const document = found && Buffer.from(found.document, 'base64');
  return { found: found && { ...found, document }, notices, requests } as Fetched & { requests: Message[] };
};

/** What src/resources tells of the store behind that device. */
export const toldThrough = async (answer: (request: Message) => Buffer): Promise<Answer> => {
  const asking = `
    const { xen } = await import('${source('resources/xen.ts')}');
    answer = await xen({ guest, detection: { hypervisor: 'xen' }, viewpoint: 'caller' });`;
  return (await askedThrough<Answer>(answer, asking)).answered;
};
