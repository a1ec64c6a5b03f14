import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { limit, within } from '../limits.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** The guest started again while a command ran; what became of it is not known. */
export class Interrupted extends Error {}

interface Command {
  nonce: string;
  done(ran: Ran): void;
  interrupted(why: Interrupted): void;
}

/** A serial line in the guest takes 4095 bytes; base64 grows by a third. */
const piece = 1000;

/**
 * A root shell on the second serial port; the guest's half is image/files/usr/local/lib/lab/shell. Each boot announces
 * itself with `ready`, and nothing is sent before that. Output travels gzipped and as base64 behind a nonce, so that
 * no output can be taken for an answer.
 */
export class Shell {
  #server: Server;
  #socket: Socket | null = null;
  #received = '';
  #bootId: string | null = null;
  #command: Command | null = null;
  #readers: (() => void)[] = [];

  constructor(path: string) {
    this.#server = createServer(socket => this.#attach(socket)).listen(path);
  }

  /** The boot id of the guest that answers, as soon as one does. */
  async ready(seconds = limit.shell): Promise<string> {
    const answer = async () => {
      while (this.#bootId === null) await new Promise<void>(resolve => this.#readers.push(resolve));
      return this.#bootId;
    };
    return within(seconds, 'root shell', answer());
  }

  /** The guest is going away: what it says from now on is the next boot. */
  forget(why: string): void {
    this.#bootId = null;
    const command = this.#command;
    this.#command = null;
    command?.interrupted(new Interrupted(why));
  }

  /** Runs shell lines with bash, as root, in /, without input. Commands run one after the other. */
  async run(lines: string, seconds = limit.command): Promise<Ran> {
    await this.ready();
    if (this.#command !== null) throw new Error('the shell is still busy with another command');
    const nonce = randomBytes(12).toString('hex');
    const answer = new Promise<Ran>((done, interrupted) => {
      this.#command = { nonce, done, interrupted };
    });
    for (const part of Buffer.from(lines)
      .toString('base64')
      .match(new RegExp(`.{1,${piece}}`, 'g')) ?? []) {
      this.#socket?.write(`put ${part}\n`);
    }
    this.#socket?.write(`run ${nonce}\n`);
    return within(seconds, `end of: ${lines}`, answer);
  }

  /** Ends the command under way by letting it be: the guest may be about to reboot. */
  async start(lines: string): Promise<void> {
    await this.run(`(sleep 0.2; ${lines}) > /dev/null 2>&1 &`);
  }

  close(): void {
    this.#server.close();
    this.#socket?.destroy();
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
    for (const line of lines) this.#answer(line.trim().split(' '));
  }

  #answer([word, ...values]: string[]): void {
    const [first, stdout, stderr] = values;
    if (word === 'ready' && first !== undefined) {
      this.forget('the guest started again');
      this.#bootId = first;
      for (const resolve of this.#readers.splice(0)) resolve();
    }
    if (this.#command === null || word !== this.#command.nonce) return;
    const command = this.#command;
    this.#command = null;
    command.done({ code: Number(first), stdout: unpacked(stdout), stderr: unpacked(stderr) });
  }
}

const unpacked = (packed = '-') => (packed === '-' ? '' : gunzipSync(Buffer.from(packed, 'base64')).toString());
