/** A list of digests as sha256sum(1) writes it. */

/** Base names alone, of packages alone: nothing in the list can lead to another folder. apt writes the colon of an epoch as `%3a`. */
const LINE = /^([0-9a-f]{64}) [ *]([A-Za-z0-9][A-Za-z0-9+._~:%-]{0,200}\.(?:deb|rpm|apk))$/;

/** File name → digest; other lines are passed over. */
export const parseSums = (text: string): Map<string, string> =>
  new Map(
    text.split('\n').flatMap(line => {
      const [, digest, name] = LINE.exec(line.trim()) ?? [];
      return digest && name ? [[name, digest] as const] : [];
    }),
  );
