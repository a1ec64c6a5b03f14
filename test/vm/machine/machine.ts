import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limit, within } from '../limits.ts';
import { banner, Console } from './console.ts';
import { Monitor } from './monitor.ts';
import { createOverlay } from './overlay.ts';
import { commandLine, emptyNvram, type Hardware, ordinary } from './qemu.ts';
import { type Ran, Shell } from './shell.ts';

/** One virtual machine: a disk that stays, hardware that can be exchanged between two starts, and a power cord. */
export class Machine {
  readonly folder: string;
  /** Its disk; null in a machine without one. */
  readonly overlay: string | null;
  readonly console: Console;
  readonly shell: Shell;
  hardware: Hardware;
  /** Where the next start records every write of the disk; see test/vm/cuts. */
  log: string | null = null;
  #monitor: Monitor;
  #sockets: string;
  #process: ChildProcess | null = null;

  private constructor(folder: string, overlay: string | null, sockets: string, hardware: Partial<Hardware>) {
    this.folder = folder;
    this.overlay = overlay;
    this.hardware = { ...ordinary, ...hardware };
    this.console = new Console(join(folder, 'console.log'));
    this.shell = new Shell(join(sockets, 'shell'));
    this.#monitor = new Monitor(join(sockets, 'monitor'));
    this.#sockets = sockets;
  }

  /**
   * A new machine, switched off, with a disk of its own over the image, or without a disk. The sockets lie apart: their paths must
   * be short.
   */
  static async create(folder: string, image: string | null, hardware: Partial<Hardware> = {}): Promise<Machine> {
    const overlay = image === null ? null : join(folder, 'disk.qcow2');
    if (image !== null && overlay !== null) await createOverlay(overlay, image);
    return new Machine(folder, overlay, await mkdtemp(join(tmpdir(), 'lab-')), hardware);
  }

  get #nvram(): string {
    return join(this.folder, 'nvram.fd');
  }

  /** UEFI's variables stay behind when a disk is moved to another machine. */
  async forgetVariables(): Promise<void> {
    await rm(this.#nvram, { force: true });
  }

  get running(): boolean {
    return this.#process !== null;
  }

  /** The power button. Changes to the hardware stay for later starts: so an image is moved to another machine. */
  start(changes: Partial<Hardware> = {}): void {
    if (this.#process !== null) throw new Error('the machine is running already');
    this.hardware = { ...this.hardware, ...changes };
    if (this.hardware.firmware === 'uefi' && !existsSync(this.#nvram)) copyFileSync(emptyNvram, this.#nvram);
    const place = {
      overlay: this.overlay,
      log: this.log,
      nvram: this.#nvram,
      shell: join(this.#sockets, 'shell'),
      monitor: join(this.#sockets, 'monitor'),
    };
    const command = [this.hardware.program, ...commandLine(this.hardware, place)];
    // No machine outlives the lab, however the lab ends.
    const process = spawn('setpriv', ['--pdeathsig=KILL', ...command], { stdio: 'pipe' });
    this.#process = process;
    this.console.attach(process.stdout, process.stdin);
    let complaint = '';
    process.stdin.on('error', () => {}); // typed at a machine that was just switched off
    process.stderr.on('data', chunk => {
      complaint += chunk;
    });
    process.on('error', error => this.#ended(error.message));
    process.on('exit', (code, signal) => this.#ended(complaint.trim() || `power off (${signal ?? code})`));
  }

  /** Pulls the power cord: nothing in the guest gets to do anything any more. */
  async cut(): Promise<void> {
    const process = this.#process;
    if (process === null) return;
    const gone = once(process, 'exit');
    process.kill('SIGKILL');
    await gone;
  }

  /** Pulls it in the same turn in which the pattern appears on the console. */
  async cutAt(pattern: RegExp, seconds = limit.line): Promise<void> {
    const process = this.#process;
    if (process === null) throw new Error('the machine has no power');
    const gone = once(process, 'exit');
    const seen = new Promise<void>((resolve, ended) => {
      const found = () => {
        process.kill('SIGKILL');
        resolve();
      };
      this.console.watch({ pattern, found, ended });
    });
    await within(seconds, `${pattern} on the console`, seen);
    await gone;
  }

  /** The reset button: a warm reset without the guest's consent. */
  async reset(): Promise<void> {
    this.shell.forget('the machine was reset');
    this.#monitor.send('system_reset');
    await this.shell.ready();
  }

  /** One more disk, of 64 MiB, into the running machine. */
  plugDisk(): void {
    this.#monitor.send('drive_add 0 driver=null-co,size=67108864,read-zeroes=on,if=none,id=plugged-disk');
    this.#monitor.send('device_add virtio-blk-pci,drive=plugged-disk');
  }

  /** 256 MiB more memory; the machine needs `-m slots=…,maxmem=…`. */
  plugMemory(): void {
    this.#monitor.send('object_add memory-backend-ram,id=plugged-memory,size=256M');
    this.#monitor.send('device_add pc-dimm,memdev=plugged-memory');
  }

  /** One more card, on a network of its own. */
  plugCard(mac: string): void {
    this.#monitor.send('netdev_add user,id=plugged-net,restrict=on');
    this.#monitor.send(`device_add virtio-net-pci,netdev=plugged-net,mac=${mac}`);
  }

  /** Until the next boot has a root shell. */
  async reboot(by = 'systemctl reboot'): Promise<void> {
    await this.shell.start(by);
    this.shell.forget('the machine is rebooting');
    await this.shell.ready(limit.reboot);
  }

  async powerOff(): Promise<void> {
    if (this.#process === null) return;
    const gone = once(this.#process, 'exit');
    await this.shell.start('systemctl poweroff');
    await within(limit.powerOff, 'power off', gone);
  }

  /** Until the boot has finished, well or not: `running` or `degraded`. */
  async waitUntilUp(): Promise<string> {
    await this.shell.ready();
    return (await this.shell.run('systemctl is-system-running --wait', limit.up)).stdout.trim();
  }

  /** Until a kernel has started for the n-th time since the machine was made; its release. */
  async waitForBoot(n: number, seconds = limit.reboot * n): Promise<string> {
    const begun = async () => {
      while (this.console.boots.length < n) await this.console.waitFor(banner, limit.reboot);
    };
    await within(seconds, `boot ${n}`, begun());
    return this.console.boots[n - 1] ?? '';
  }

  run(lines: string, seconds?: number): Promise<Ran> {
    return this.shell.run(lines, seconds);
  }

  /** What a command printed; one that fails is an error. */
  async ok(lines: string, seconds?: number): Promise<string> {
    const { code, stdout, stderr } = await this.run(lines, seconds);
    if (code !== 0) throw new Error(`exit ${code}: ${lines}\n${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** The one JSON document a command prints, whatever its exit code says. */
  async json<T = unknown>(lines: string, seconds?: number): Promise<T> {
    const { code, stdout, stderr } = await this.run(lines, seconds);
    try {
      return JSON.parse(stdout) as T;
    } catch {
      throw new Error(`exit ${code}, no JSON from: ${lines}\n${stdout}${stderr}`);
    }
  }

  async write(path: string, content: string, mode = 0o644): Promise<void> {
    const file = `'${path.replaceAll("'", "'\\''")}'`;
    const encoded = Buffer.from(content).toString('base64');
    const lines = [`mkdir -p "$(dirname ${file})"`, `base64 --decode > ${file} <<'END'`, encoded, 'END'];
    await this.ok([...lines, `chmod ${mode.toString(8)} ${file}`].join('\n'));
  }

  /** A file of the guest, byte for byte. */
  async fetch(path: string, seconds?: number): Promise<Buffer> {
    return Buffer.from(await this.ok(`base64 --wrap=0 '${path.replaceAll("'", "'\\''")}'`, seconds), 'base64');
  }

  async dispose(): Promise<void> {
    await this.cut();
    this.shell.close();
    this.#monitor.close();
    await rm(this.#sockets, { recursive: true, force: true });
  }

  #ended(why: string): void {
    if (this.#process === null) return;
    this.#process = null;
    this.shell.forget(why);
    this.console.detach(why);
  }
}
