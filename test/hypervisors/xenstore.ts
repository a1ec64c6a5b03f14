/**
 * The other side of /dev/xen/xenbus, byte for byte (Xen, xs_wire.h and docs/misc/xenstore.txt): a store of nodes behind a
 * pseudo-terminal, which is a character device like the real one and stands, bound there, in a folder guest's /dev.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Fetched } from '../../src/ovfenv/transports/transport.ts';

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

/** Fetches in a process of its own, in whose mount namespace the device is bound into the folder. */
const script = `
  const [root] = process.argv.slice(1);
  const { openGuest } = await import('${new URL('../../src/guest/open.ts', import.meta.url).href}');
  const { xenstore } = await import('${new URL('../../src/ovfenv/transports/xenstore.ts', import.meta.url).href}');
  const { found, notices } = await xenstore.fetch(openGuest(root));
  const document = found?.document.toString('base64');
  process.stdout.write(JSON.stringify({ found: found && { ...found, document }, notices }));
  process.exit();`;

/**
 * What the transport fetches where this peer stands behind the device.
 * @param device the path of the device in the guest
 * @param answer the bytes for one request
 * @returns also every request as it arrived
 */
export const fetchedThrough = async (
  answer: (request: Message) => Buffer,
  device = 'dev/xen/xenbus',
): Promise<Fetched & { requests: Message[] }> => {
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
    const namespace = process.getuid?.() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];
    const program = [process.execPath, '--input-type=module', '-e', script, root];
    const bound = ['sh', '-ec', 'mount --bind "$1" "$2"; shift 2; exec "$@"', 'sh', realpathSync(link), place];
    const { stdout } = await promisify(execFile)('unshare', [...namespace, ...bound, ...program], {
      maxBuffer: 8 * 1024 * 1024,
    });
    const { found, notices } = JSON.parse(stdout);
    const document = found && Buffer.from(found.document, 'base64');
    return { found: found && { ...found, document }, notices, requests };
  } finally {
    const ended = once(peer, 'exit');
    peer.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
};
