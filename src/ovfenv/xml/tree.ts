/**
 * The parsed document as elements with resolved namespaces (Namespaces in XML 1.0). fast-xml-parser knows no namespaces and
 * by default drops attributes, turns values into numbers and merges what has the same local name: here it only splits the
 * text into ordered nodes, and everything that gives them meaning is done by us.
 */
import { attributeValue, decodeReferences } from './references.ts';

interface Attribute {
  /** Null for an attribute without prefix: a default namespace does not apply to attributes. */
  namespace: string | null;
  local: string;
  value: string;
}

export interface Element {
  /** Null without a default namespace, or where the prefix is not declared. */
  namespace: string | null;
  local: string;
  attributes: Attribute[];
  children: Element[];
  /** All character data directly in the element. */
  text: string;
}

/** What the parser returns with `preserveOrder`: each node has one name and, under `:@`, its attributes. */
type Node = Record<string, unknown>;

const xml = 'http://www.w3.org/XML/1998/namespace';
const prefix = '@_';
const characterData = '#text';
const section = '#cdata';

/** The root element; null with the place of the first error when the text is not well-formed. */
export const parseXml = async (text: string): Promise<{ root: Element } | { malformed: string }> => {
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) return { malformed: `line ${verdict.err.line}` };
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: prefix,
    textNodeName: characterData,
    cdataPropName: section,
    ignoreDeclaration: true,
    ignorePiTags: true,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    processEntities: false,
    jPath: false,
  });
  let nodes: Node[];
  try {
    nodes = parser.parse(text);
  } catch {
    return { malformed: 'the parser gave up' }; // its messages quote the document
  }
  const root = nodes
    .map(node => elementOf(node, { declared: new Map([['xml', xml]]), outer: null }))
    .find(element => element !== null);
  return root == null ? { malformed: 'it has no root element' } : { root };
};

const elementOf = (node: Node, outer: Scope): Element | null => {
  const name = Object.keys(node).find(key => key !== ':@');
  if (name === undefined || name === characterData || name === section) return null;
  const written = Object.entries((node[':@'] ?? {}) as Record<string, string>).map(
    ([key, value]) => [key.slice(prefix.length), attributeValue(value)] as const,
  );
  const scope = withDeclarations(outer, written);
  const nodes = node[name] as Node[];
  const [elementPrefix, local] = split(name);
  return {
    namespace: lookUp(scope, elementPrefix) || null,
    local,
    attributes: written.filter(([key]) => declares(key) === null).map(([key, value]) => attributeOf(key, value, scope)),
    children: nodes.map(child => elementOf(child, scope)).filter(child => child !== null),
    text: nodes.map(characters).join(''),
  };
};

const split = (name: string): [prefix: string, local: string] => {
  const colon = name.indexOf(':');
  return colon === -1 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
};

/** The prefix an attribute declares: empty for `xmlns`, null when it declares none. */
const declares = (name: string): string | null => {
  if (name === 'xmlns') return '';
  return name.startsWith('xmlns:') ? name.slice('xmlns:'.length) : null;
};

/** What an element declares, and the scope it stands in. A chain, not copies: those would cost elements times declarations. */
interface Scope {
  declared: ReadonlyMap<string, string>;
  outer: Scope | null;
}

/** The namespace of a prefix; the empty string where `xmlns=""` took the default away, null where nobody declared it. */
const lookUp = (scope: Scope | null, name: string): string | null =>
  scope === null ? null : (scope.declared.get(name) ?? lookUp(scope.outer, name));

const withDeclarations = (outer: Scope, attributes: readonly (readonly [name: string, value: string])[]): Scope => {
  const declared = attributes.flatMap(([name, value]) => {
    const declaredPrefix = declares(name);
    return declaredPrefix === null ? [] : [[declaredPrefix, value] as const];
  });
  return declared.length === 0 ? outer : { declared: new Map(declared), outer };
};

const attributeOf = (name: string, value: string, scope: Scope): Attribute => {
  const [attributePrefix, local] = split(name);
  if (attributePrefix === '') return { namespace: null, local, value };
  // A prefix nobody declared must not pass for an attribute without one.
  return { namespace: lookUp(scope, attributePrefix) ?? `undeclared:${attributePrefix}`, local, value };
};

const characters = (node: Node): string => {
  const text = node[characterData];
  if (typeof text === 'string') return decodeReferences(text);
  const inSection = node[section] as Node[] | undefined;
  return inSection?.map(part => String(part[characterData] ?? '')).join('') ?? '';
};
