/** One paragraph of `Field: value` lines (deb822(5)): Debian's control files and dpkg's status. */

/** Field names in lower case; continuation lines are joined, the first paragraph ends the reading. Any text is read. */
export const parseStanza = (text: string): Map<string, string> => {
  const fields = new Map<string, string>();
  let last: string | null = null;
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      if (fields.size > 0) break;
      continue;
    }
    if (/^[ \t]/.test(line)) {
      if (last !== null) fields.set(last, `${fields.get(last)}\n${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    last = colon > 0 ? line.slice(0, colon).toLowerCase() : null;
    if (last !== null) fields.set(last, line.slice(colon + 1).trim());
  }
  return fields;
};
