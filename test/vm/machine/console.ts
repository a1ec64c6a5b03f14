import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { limit, within } from '../limits.ts';

// Cursor movement and colours of GRUB and systemd; a position becomes a line break, so that a menu reads as lines.
const position = /\x1b\[\d*(?:;\d*)?[Hf]/g;
const decoration = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>cM78])|\r|\x07/g;
/** The end of what may be the beginning of an escape sequence. */
const unfinished = /\x1b(?:\[[0-?]*)?$/;

/** The kernel's first line, up to the release. */
export const banner = /\] Linux version (\S+) /;

interface Waiting {
  pattern: RegExp;
  found(match: RegExpExecArray): void;
  ended(why: Error): void;
}

/**
 * The first serial port. It lives as long as the machine's overlay: through reboots and power cuts the text goes on.
 * Like expect(1), a wait begins where the last one ended, so a line that came early is not missed and one that was
 * already used does not count twice.
 */
export class Console {
  text = '';
  #cursor = 0;
  #held = '';
  #waiting: Waiting[] = [];
  #input: Writable | null = null;
  #log: WriteStream;

  constructor(logFile: string) {
    this.#log = createWriteStream(logFile, { flags: 'a' });
  }

  attach(output: Readable, input: Writable): void {
    this.#input = input;
    output.setEncoding('utf8').on('data', (chunk: string) => this.#receive(chunk));
  }

  /** The machine has no power any more: whoever waits for a line waits in vain. */
  detach(why: string): void {
    this.#input = null;
    this.#receive(`\n[lab: ${why}]\n`);
    for (const waiting of this.#waiting.splice(0)) {
      waiting.ended(new Error(`the console ended (${why}) before ${waiting.pattern}`));
    }
  }

  /** The next match of the pattern. Resolves in the very turn the text arrives, so that a power cut can be aimed. */
  async waitFor(pattern: RegExp, seconds = limit.line): Promise<RegExpExecArray> {
    const match = new Promise<RegExpExecArray>((found, ended) => this.watch({ pattern, found, ended }));
    return within(seconds, `${pattern} on the console`, match);
  }

  /** As waitFor, but calls at once, before any promise is settled. */
  watch(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#look();
  }

  type(keys: string): void {
    if (this.#input === null) throw new Error('typed at a machine without power');
    this.#input.write(keys);
  }

  /** The kernel releases that have started so far, the oldest first. */
  get boots(): string[] {
    return [...this.text.matchAll(new RegExp(banner, 'g'))].map(match => match[1] ?? '');
  }

  last(lines: number): string[] {
    return this.text
      .split('\n')
      .filter(line => line.trim() !== '')
      .slice(-lines);
  }

  #receive(chunk: string): void {
    const raw = this.#held + chunk;
    this.#held = unfinished.exec(raw)?.[0] ?? '';
    const plain = raw
      .slice(0, raw.length - this.#held.length)
      .replace(position, '\n')
      .replace(decoration, '');
    this.text += plain;
    this.#log.write(plain);
    this.#look();
  }

  #look(): void {
    for (const waiting of [...this.#waiting]) {
      const match = waiting.pattern.exec(this.text.slice(this.#cursor));
      if (match === null) continue;
      this.#cursor += match.index + match[0].length;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.found(match);
    }
  }
}
