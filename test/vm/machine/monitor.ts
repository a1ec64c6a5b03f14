import { createServer, type Server, type Socket } from 'node:net';

/** QEMU's monitor, for what a person does at the machine itself: the reset button. */
export class Monitor {
  #server: Server;
  #socket: Socket | null = null;

  constructor(path: string) {
    this.#server = createServer(socket => {
      this.#socket = socket.on('error', () => {}).resume();
    }).listen(path);
  }

  send(command: string): void {
    this.#socket?.write(`${command}\n`);
  }

  close(): void {
    this.#server.close();
    this.#socket?.destroy();
  }
}
