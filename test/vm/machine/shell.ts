import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { limit, within } from '../limits.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** The guest went away while a command ran; what became of it is not known. */
class Interrupted extends Error {}

/** An answer we wait for: the line that begins with this word. */
interface Awaited {
  word: string;
  resolve(values: string[]): void;
  reject(why: Error): void;
}

/** A terminal takes 4095 bytes at once; more is sent only when the guest has read this much. */
const pieceLength = 3000;

/**
 * A root shell on the second serial port; the guest's half, and the words spoken, are in
 * image/files/usr/local/lib/lab/shell. Each boot announces itself with `ready`, and nothing is sent before that. The
 * answer stands behind a nonce and is base64, so that no output can be taken for one.
 */
export class Shell {
  #server: Server;
  #socket: Socket | null = null;
  #received = '';
  #bootId: string | null = null;
  #awaited: Awaited | null = null;
  #waitingForBoot: (() => void)[] = [];

  constructor(path: string) {
    this.#server = createServer(socket => this.#attach(socket)).listen(path);
  }

  /** The boot id of the guest that answers, as soon as one does. */
  async ready(seconds = limit.shell): Promise<string> {
    const answer = async () => {
      while (this.#bootId === null) await new Promise<void>(resolve => this.#waitingForBoot.push(resolve));
      return this.#bootId;
    };
    return within(seconds, 'root shell', answer());
  }

  /** The guest is going away: what it says from now on is the next boot. */
  forget(why: string): void {
    this.#bootId = null;
    const awaited = this.#awaited;
    this.#awaited = null;
    awaited?.reject(new Interrupted(why));
  }

  /** Runs shell lines with bash, as root, in /, without input. Commands run one after the other. */
  async run(lines: string, seconds = limit.command): Promise<Ran> {
    await this.ready();
    if (this.#awaited !== null) throw new Error(`the shell is busy, it cannot run: ${lines}`);
    try {
      return await within(seconds, `end of: ${lines}`, this.#exchange(escaped(lines)));
    } finally {
      this.#awaited = null; // an answer that comes too late is nobody's
    }
  }

  /** Starts something without waiting for it: what takes the guest away would never answer. */
  async start(lines: string): Promise<void> {
    await this.run(`(sleep 0.2; ${lines}) > /dev/null 2>&1 &`);
  }

  close(): void {
    this.#server.close();
    this.#socket?.destroy();
  }

  async #exchange(text: string): Promise<Ran> {
    const nonce = randomBytes(12).toString('hex');
    let rest = text;
    while (rest.length > pieceLength) {
      const piece = /^(?:\\x..|[^\\])*/.exec(rest.slice(0, pieceLength))?.[0] ?? '';
      await this.#ask(`put ${piece}`, 'more');
      rest = rest.slice(piece.length);
    }
    const [code, stdout, stderr] = await this.#ask(`run ${nonce} ${rest}`, nonce);
    return { code: Number(code), stdout: unpacked(stdout), stderr: unpacked(stderr) };
  }

  #ask(line: string, word: string): Promise<string[]> {
    return new Promise((resolve, reject) => {
      this.#awaited = { word, resolve, reject };
      this.#socket?.write(`${line}\n`);
    });
  }

  #attach(socket: Socket): void {
    this.#socket = socket;
    this.#received = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => this.#receive(chunk));
    socket.on('error', () => {}); // a killed QEMU resets the connection
  }

  #receive(chunk: string): void {
    this.#received += chunk;
    const lines = this.#received.split('\n');
    this.#received = lines.pop() ?? '';
    for (const line of lines) this.#heard(line.trim().split(' '));
  }

  #heard([word, ...values]: string[]): void {
    if (word === 'ready') {
      this.forget('the guest started again');
      this.#bootId = values[0] ?? '';
      for (const resolve of this.#waitingForBoot.splice(0)) resolve();
    }
    if (this.#awaited === null || word !== this.#awaited.word) return;
    const { resolve } = this.#awaited;
    this.#awaited = null;
    resolve(values);
  }
}

/** As the guest's `printf %b` reads it: nothing that a terminal or `read` would change. */
function escaped(lines: string): string {
  const bytes = [...Buffer.from(lines)];
  return bytes
    .map(byte => (isPlain(byte) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`))
    .join('');
}

const isPlain = (byte: number) => /[A-Za-z0-9_.,:;=+/-]/.test(String.fromCharCode(byte)) && byte < 0x80;

const unpack: Record<string, (data: Buffer) => Buffer> = { b: data => data, z: gunzipSync, '-': () => Buffer.of() };

function unpacked(packed = '-'): string {
  const data = Buffer.from(packed.slice(1), 'base64');
  return unpack[packed[0] ?? '-']?.(data).toString() ?? '';
}
