/** YAML as flat settings: `a: {b: c}` says the same as `a.b: c`. The YAML library is loaded when there is something to parse. */
type Yaml = typeof import('yaml');

/** The text of a value as it stands in the file, or the texts of a list. */
type Value = string | string[];

/** `broken` is the place of the first error: never the parser's message, which quotes the text. */
export type ParsedYaml = { entries: Map<string, Value> } | { broken: string } | { notAMap: true };

/** The failsafe schema leaves every scalar the text it is: `6.10` becomes no number and `off` no boolean. */
const options = { schema: 'failsafe', logLevel: 'error', prettyErrors: false, uniqueKeys: false } as const;

/**
 * Each name is its keys joined by dots. Refused as broken: aliases (a few hundred bytes of them expand to gigabytes), keys or
 * list items that are collections, and names given twice, which the library would look for in quadratic time.
 */
export const parseYaml = async (text: string): Promise<ParsedYaml> => {
  const yaml = await import('yaml');
  const lineCounter = new yaml.LineCounter();
  const brokenAt = (offset: number): ParsedYaml => {
    const { line, col } = lineCounter.linePos(offset);
    return { broken: `line ${line}, column ${col}` };
  };

  const { contents, errors } = yaml.parseDocument(text, { ...options, lineCounter });
  if (errors[0] !== undefined) return brokenAt(errors[0].pos[0]);
  if (contents === null || writtenIn(yaml, contents) === '') return { entries: new Map() };
  if (!yaml.isMap(contents)) return { notAMap: true };

  const entries = new Map<string, Value>();
  for (const { name, value, offset } of leavesOf(yaml, contents, '', 0)) {
    if (value === null || entries.has(name)) return brokenAt(offset);
    entries.set(name, value);
  }
  return { entries };
};

/** `value` is null where something stands that is no setting's value; `offset` is that of its key in the text. */
interface Leaf {
  name: string;
  value: Value | null;
  offset: number;
}

/** The depth is bounded by the library, which refuses deeper nesting than a call stack takes. */
function* leavesOf(yaml: Yaml, node: unknown, name: string, offset: number): Generator<Leaf> {
  if (!yaml.isMap(node)) {
    yield { name, value: writtenIn(yaml, node), offset };
    return;
  }
  for (const { key, value } of node.items) {
    const at = yaml.isNode(key) ? (key.range?.[0] ?? offset) : offset;
    const written = writtenIn(yaml, key);
    if (typeof written !== 'string') yield { name, value: null, offset: at };
    else yield* leavesOf(yaml, value, name === '' ? written : `${name}.${written}`, at);
  }
}

const writtenIn = (yaml: Yaml, node: unknown): Value | null => {
  if (node === null) return ''; // a key of a flow map without a value: `{debug}`
  if (yaml.isScalar(node)) return String(node.value ?? '');
  if (!yaml.isSeq(node)) return null;
  const items = node.items.map(item => (yaml.isScalar(item) ? String(item.value ?? '') : null));
  return items.every(item => item !== null) ? items : null;
};
