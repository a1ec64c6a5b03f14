import type { BlockReader, Guest, Path } from '../../guest/guest.ts';
import { kernelNotice } from '../../notices/kernel.ts';
import type { Proof } from './context.ts';

/** EFI global variable (UEFI 2.10, 3.3): four bytes of attributes, then one byte that is 1 when it is enforced. */
const VARIABLE = '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c';

const enforced = async (guest: Guest): Promise<boolean> => (await guest.read(VARIABLE, 4096))?.[4] === 1;

/** Where the data directories begin in the optional header, by its magic (PE format, "Optional Header"). */
const directories: Record<number, number> = { 267: 96, 523: 112 };
const COFF = 24;
const CERTIFICATE_TABLE = 4;

/** The image is a PE file whose certificate table lies inside it: where sbsign puts the signature. */
const signed = async (file: BlockReader, size: number): Promise<boolean> => {
  const dos = await file.read(0, 64);
  if (dos.length < 64 || dos.toString('latin1', 0, 2) !== 'MZ') return false;
  const pe = await file.read(dos.readUInt32LE(0x3c), COFF + 240);
  if (pe.length < COFF + 240 || pe.toString('latin1', 0, 4) !== 'PE\0\0') return false;
  const first = directories[pe.readUInt16LE(COFF)];
  if (first === undefined || pe.readUInt32LE(COFF + first - 4) <= CERTIFICATE_TABLE) return false;
  const entry = COFF + first + CERTIFICATE_TABLE * 8;
  const [offset, length] = [pe.readUInt32LE(entry), pe.readUInt32LE(entry + 4)];
  return offset > 0 && length > 8 && offset + length <= size;
};

const imageSigned = async (guest: Guest, image: Path): Promise<boolean> => {
  const [file, stat] = [await guest.block(image), await guest.stat(image)];
  if (file === null) return false;
  try {
    return await signed(file, stat?.size ?? 0);
  } finally {
    await file.close();
  }
};

/** Under Secure Boot the image carries a signature. Whether its key is trusted only the firmware and shim can tell. */
export const secureBoot: Proof = async ({ guest, target }) => {
  if (!(await enforced(guest)) || (await imageSigned(guest, target.image))) return null;
  return kernelNotice('secure-boot-unsigned', target.image);
};
