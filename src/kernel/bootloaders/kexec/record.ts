/** What kexec is to start, and whether it did: /var/lib/enlighten/kexec.json. To kexec it is what grubenv is to GRUB. */
import type { Guest, Path, WritableGuest } from '../../../guest/guest.ts';
import { oneOf, orNull, record, text } from '../../../shape.ts';

export const RECORD: Path = '/var/lib/enlighten/kexec.json';

export interface KexecRecord {
  schemaVersion: 1;
  /** `spent` is on the disk before the jump: whatever becomes of the kernel, the next boot knows that it was started. */
  state: 'armed' | 'spent';
  nonce: string;
  /** As the guest sees them: absolute paths. */
  kernel: Path;
  initramfs: Path | null;
  /** The whole command line. */
  args: string;
}

const shape = record({
  schemaVersion: oneOf([1]),
  state: oneOf(['armed', 'spent']),
  nonce: text,
  kernel: text,
  initramfs: orNull(text),
  args: text,
});

const isRecord = (value: unknown): value is KexecRecord => shape(value);

/** @returns null when there is none, or none that we wrote: then nothing is armed. */
export const readRecord = async (guest: Guest): Promise<KexecRecord | null> => {
  try {
    const value: unknown = JSON.parse((await guest.read(RECORD, 16 * 1024))?.toString('utf8') ?? 'null');
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
};

export const writeRecord = (guest: WritableGuest, record: KexecRecord): Promise<void> =>
  guest.replace(RECORD, `${JSON.stringify(record)}\n`, 0o600);
