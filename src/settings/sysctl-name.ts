/** Names of kernel parameters below /proc/sys, as sysctl.d(5) writes them. */

/** One folder or file below /proc/sys: never `.`, `..` or empty. */
const component = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;
const longestName = 256;

/**
 * The dotted form; a slash in it stands for a dot in a file's name (`net.ipv4.conf.eth0/1.forwarding`). When the first
 * separator is a slash, dots and slashes are the other way round: `net/ipv4/conf/eth0.1/forwarding` is the same name.
 * @returns null for what is not the name of a file below /proc/sys.
 */
export const normalizedSysctlName = (written: string): string | null => {
  const dotted = /^[^./]*\//.test(written) ? swapped(written) : written;
  const components = swapped(dotted).split('/');
  const sound = components.length > 1 && components.every(part => component.test(part) && !part.includes('..'));
  return sound && written.length <= longestName ? dotted : null;
};

const swapped = (name: string): string => name.replace(/[./]/g, separator => (separator === '.' ? '/' : '.'));
