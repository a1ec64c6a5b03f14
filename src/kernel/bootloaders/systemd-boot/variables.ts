/**
 * The EFI variables by which systemd-boot and the system talk (systemd.io/BOOT_LOADER_INTERFACE), as efivarfs shows them: four bytes of
 * attributes, then UTF-16 with a NUL at its end (Documentation/filesystems/efivarfs.rst).
 */
import type { Guest, Path, WritableGuest } from '../../../guest/guest.ts';

const FOLDER = '/sys/firmware/efi/efivars';
const VENDOR = '4a67b082-0a4c-41cf-b6c7-440b29bb8c4f';
/** Non-volatile, for boot and runtime services (UEFI 2.10, 8.2). */
const ATTRIBUTES = Buffer.from([7, 0, 0, 0]);
/** The longest that means anything here is an entry's file name. */
const MAX_SIZE = 4096;

export const variableFile = (name: string): Path => `${FOLDER}/${name}-${VENDOR}`;

/** The bytes with their attributes; null when it is absent or the firmware does not give it. */
export const rawVariable = (guest: Guest, name: string): Promise<Buffer | null> =>
  guest.read(variableFile(name), MAX_SIZE).catch(() => null);

/** The text; null when it is absent, empty or none. */
export const variableText = async (guest: Guest, name: string): Promise<string | null> => {
  const bytes = await rawVariable(guest, name);
  if (bytes === null || bytes.length < ATTRIBUTES.length) return null;
  const text = bytes.subarray(ATTRIBUTES.length).toString('utf16le');
  return text.split('\0')[0] || null;
};

/** 64 bits of features; 0 when they are not told. */
export const variableBits = async (guest: Guest, name: string): Promise<bigint> => {
  const bytes = await rawVariable(guest, name);
  return bytes?.length === ATTRIBUTES.length + 8 ? bytes.readBigUInt64LE(ATTRIBUTES.length) : 0n;
};

export const variableBytes = (text: string): Buffer => Buffer.concat([ATTRIBUTES, Buffer.from(`${text}\0`, 'utf16le')]);

/** efivarfs makes variables immutable that others than we could brick a machine with (efivarfs.rst); chattr(1) undoes that. */
const unlock = async (guest: WritableGuest, file: Path): Promise<void> => {
  if (guest.live) await guest.run('unlock-file', [file]);
};

/**
 * To these bytes, attributes first. SetVariable() is one step of the firmware: a power cut leaves the old value or the new one.
 * What replaces another value is ASCII: our own ids.
 */
export const setVariable = async (guest: WritableGuest, name: string, bytes: Buffer): Promise<void> => {
  const file = variableFile(name);
  if (await guest.create(file, bytes)) return;
  await unlock(guest, file);
  await guest.set(file, bytes.toString('latin1'));
};

export const removeVariable = async (guest: WritableGuest, name: string): Promise<void> => {
  const file = variableFile(name);
  if ((await guest.stat(file)) === null) return;
  await unlock(guest, file);
  await guest.remove(file);
};
