/** Properties as assignments that a POSIX shell can `eval`, whatever their values are. */

/** Single quotes: nothing inside is special, and one itself is closed, escaped and opened again (POSIX.1-2017, XCU 2.2.2). */
export const quoted = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;

/** `OVF_` in front: no property can set PATH, IFS or another variable that means something to a shell. */
const nameOf = (key: string): string => `OVF_${key.replace(/[^A-Za-z0-9_]/gu, '_')}`;

export interface Assignments {
  /** One `OVF_name='value'` for each property; a value may span lines. */
  text: string;
  /** Keys left out because another key has the same name in a shell. */
  lost: string[];
}

/**
 * Of several keys that have one name (`a.b` and `a_b`) the one that needs no spelling wins, else the first in the document: the
 * same for every order in which a script may look.
 */
export const assignments = (properties: Readonly<Record<string, string>>): Assignments => {
  const keys = Object.keys(properties);
  const owners = new Map<string, string>();
  for (const key of keys) {
    const name = nameOf(key);
    if (!owners.has(name) || name === `OVF_${key}`) owners.set(name, key);
  }
  return {
    text: [...owners].map(([name, key]) => `${name}=${quoted(properties[key] ?? '')}\n`).join(''),
    lost: keys.filter(key => owners.get(nameOf(key)) !== key),
  };
};
