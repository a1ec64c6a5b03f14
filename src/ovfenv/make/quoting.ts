/** A value as it must be written in what a platform reads. Each function gives the value with whatever has to stand around it. */

/** One word for a POSIX shell, in single quotes only where it needs them. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** A value among QEMU's comma-separated options: a comma is doubled (qemu(1), "-drive"). */
export const qemuValue = (text: string): string => text.replaceAll(',', ',,');

/** Proxmox VE splits what `--args` is given as a shell would, and a shell has read it before (qm(1)). */
export const proxmoxArgs = (option: string, value: string): string => shellWord(`${option} ${shellWord(value)}`);

/** xl.cfg(5): either quote, and nothing escapes one. */
export const xlString = (text: string): string => (text.includes('"') ? `'${text}'` : `"${text}"`);

/** PowerShell's verbatim string (about_Quoting_Rules); it takes the typographic quotes for quotes, too. */
export const powershellWord = (text: string): string => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
