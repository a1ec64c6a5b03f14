/** INI as systemd (systemd.syntax(7)) and NetworkManager (GLib's key files) write it: sections of `key=value` lines. */
export interface Line {
  section: string;
  key: string;
  value: string;
}

/** Far more than a network file has. */
const MAX_LINES = 2000;

export const linesIn = (text: string): Line[] => {
  let section = '';
  const found: Line[] = [];
  for (const raw of text.split('\n', MAX_LINES)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const heading = /^\[(.*)\]$/.exec(line)?.[1];
    if (heading !== undefined) section = heading;
    const equals = line.indexOf('=');
    if (heading !== undefined || equals < 0) continue;
    found.push({ section, key: line.slice(0, equals).trim(), value: line.slice(equals + 1).trim() });
  }
  return found;
};

/** Every value of a key, in order. */
export const valuesOf = (lines: readonly Line[], section: string, key: string): string[] =>
  lines.filter(line => line.section === section && line.key === key).map(({ value }) => value);

export const wordsOf = (values: readonly string[]): string[] =>
  values.flatMap(value => value.split(/\s+/).filter(Boolean));
