import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.ts';

/** Where the program comes from and where it looks for its firmware, by the path it was started from: `../share`, `../lib`. */
const program = '/usr/bin/qemu-system-x86_64';

/** How QEMU's emulator signs CPUID leaf 0x40000000: three immediates in its machine code (target/i386/cpu.c, cpu_x86_cpuid). */
const own = 'TCGTCGTCGTCG';

/**
 * A QEMU that signs with another hypervisor's name. QEMU itself has no option for that under TCG; a copy whose three immediates are
 * replaced does. Only the signature is another: the guest finds none of that hypervisor's features behind it.
 * @param signature up to 12 bytes; shorter ones are filled with NULs, as `KVMKVMKVM` is
 * @returns the program's path, for Hardware.program
 */
export async function signedAs(signature: string): Promise<string> {
  const bytes = Buffer.alloc(own.length);
  if (Buffer.byteLength(signature, 'latin1') > own.length)
    throw new Error(`a signature has ${own.length} bytes: ${signature}`);
  bytes.write(signature, 'latin1');
  const original = await readFile(program);
  const folder = await cached({
    kind: 'qemu',
    what: `QEMU that signs as ${JSON.stringify(signature)}`,
    from: [original, bytes],
    build: async folder => {
      await mkdir(join(folder, 'bin'));
      await writeFile(join(folder, 'bin/qemu-system-x86_64'), patched(original, bytes), { mode: 0o755 });
      for (const name of ['lib', 'share']) await symlink(`/usr/${name}`, join(folder, name));
    },
  });
  return join(folder, 'bin/qemu-system-x86_64');
}

function patched(original: Buffer, signature: Buffer): Buffer {
  const result = Buffer.from(original);
  for (const at of [0, 4, 8]) {
    const word = own.slice(at, at + 4);
    const found = original.indexOf(word, 0, 'latin1');
    if (found < 0 || original.indexOf(word, found + 1, 'latin1') >= 0)
      throw new Error(`${word} does not stand exactly once in ${program}`);
    signature.copy(result, found, at, at + 4);
  }
  return result;
}
