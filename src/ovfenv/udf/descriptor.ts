/** The tag every UDF descriptor begins with (ECMA-167 3/7.2, UDF 1.02 §2.2.1): what it is, and whether it arrived whole. */

export const tags = {
  anchor: 2,
  partition: 5,
  logicalVolume: 6,
  terminating: 8,
  fileSet: 256,
  fileIdentifier: 257,
  fileEntry: 261,
  extendedFileEntry: 266,
} as const;

const tagLength = 16;

/** The tag's identifier where its checksum and the descriptor's CRC hold, else null. */
export const tagOf = (descriptor: Buffer): number | null => {
  if (descriptor.length < tagLength) return null;
  const sum = descriptor.subarray(0, tagLength).reduce((total, byte, at) => (at === 4 ? total : total + byte), 0);
  if ((sum & 0xff) !== descriptor[4]) return null;
  const covered = descriptor.subarray(tagLength, tagLength + descriptor.readUInt16LE(10));
  if (covered.length < descriptor.readUInt16LE(10) || crc(covered) !== descriptor.readUInt16LE(8)) return null;
  return descriptor.readUInt16LE(0);
};

/** CRC-ITU-T with a start of zero (ECMA-167 1/7.2.6, annex). */
const crc = (bytes: Buffer): number => {
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      value = value & 0x8000 ? ((value << 1) ^ 0x1021) & 0xffff : (value << 1) & 0xffff;
  }
  return value;
};

/** OSTA compressed Unicode (UDF 1.02 §2.1.1): a byte 8 before Latin-1, 16 before big-endian UTF-16; empty for anything else. */
export const textOf = (written: Buffer): string => {
  const characters = written.subarray(1);
  if (written[0] === 8) return characters.toString('latin1');
  if (written[0] !== 16) return '';
  return Buffer.from(characters.subarray(0, characters.length & ~1))
    .swap16()
    .toString('utf16le');
};
