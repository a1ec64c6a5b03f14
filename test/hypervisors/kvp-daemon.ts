/** Debian's hv_kvp_daemon, and the kernel's and the host's side of its channel (include/uapi/linux/hyperv.h). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { compiled } from './program.ts';

/** sizeof(struct hv_kvp_msg); each message and each answer is one. */
const messageBytes = 7432;
const operations = { set: 1, delete: 2, register: 100 } as const;
const externalPool = 0;
const keyBytes = 512;

/** With its NUL, as the kernel sends it. */
const terminated = (text: string): Buffer => Buffer.from(`${text}\0`);

const message = (operation: keyof typeof operations): Buffer => {
  const bytes = Buffer.alloc(messageBytes);
  bytes.writeUInt8(operations[operation], 0);
  bytes.writeUInt8(externalPool, 1);
  return bytes;
};

export interface KvpHost {
  /** As `Msvm_VirtualSystemManagementService.AddKvpItems` or `ModifyKvpItems` do. Resolves when the pool is written. */
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the daemon.
 * @param pools folder in the place of /var/lib/hyperv
 */
export const startKvpDaemon = async (pools: string): Promise<KvpHost> => {
  const shim = compiled('hyperv-kvp', '-shared', '-fPIC');
  const daemon = spawn('/usr/sbin/hv_kvp_daemon', ['-n'], {
    env: { LD_PRELOAD: shim, KVP_POOLS: pools, PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const channel = daemon.stdio[3] as Duplex;

  const gone = once(daemon, 'exit').then(() => Promise.reject(new Error('hv_kvp_daemon ended')));
  gone.catch(() => {}); // its end is an error only for those who wait for an answer

  const answer = async (): Promise<Buffer> => {
    for (;;) {
      const bytes: Buffer | null = channel.read(messageBytes);
      if (bytes !== null) return bytes;
      await Promise.race([once(channel, 'readable'), gone]);
    }
  };
  const ask = async (request: Buffer): Promise<void> => {
    channel.write(request);
    const status = (await answer()).readInt32LE(0);
    if (status !== 0) throw new Error(`hv_kvp_daemon answered ${status}`);
  };

  await answer(); // it registers
  channel.write(message('register')); // the kernel's version, to which it says nothing

  return {
    set: async (key, value) => {
      const request = message('set');
      const [name, text] = [terminated(key), terminated(value)];
      request.writeUInt32LE(1, 4); // REG_SZ
      request.writeUInt32LE(name.length, 8);
      request.writeUInt32LE(text.length, 12);
      name.copy(request, 16);
      text.copy(request, 16 + keyBytes);
      await ask(request);
    },
    delete: async key => {
      const request = message('delete');
      const name = terminated(key);
      request.writeUInt32LE(name.length, 4);
      name.copy(request, 8);
      await ask(request);
    },
    stop: async () => {
      if (daemon.exitCode !== null || daemon.signalCode !== null) return;
      channel.destroy();
      await once(daemon, 'exit');
    },
  };
};
