/** Documents made to cost their reader time or memory: each as large as one may be, and built when it is asked for. */
import { namespaces } from '../../src/ovfenv/namespaces.ts';

const mebibyte = 1024 * 1024;

const inside = (content: string): string =>
  `<Environment xmlns="${namespaces.ovf}" xmlns:oe="${namespaces.ovf}">${content}</Environment>`;
const property = (key: string, value: string): string =>
  inside(`<PropertySection><Property oe:key="${key}" oe:value="${value}"/></PropertySection>`);
/** As often as it fits. */
const filled = (part: string, around = 200): string => part.repeat(Math.floor((mebibyte - around) / part.length));
const counted = (count: number, part: (number: number) => string): string =>
  Array.from({ length: count }, (_, number) => part(number)).join('');

const laughs = (levels: number): string =>
  counted(levels, level => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`);

const huge = 'x'.repeat(100_000);

/** Each must be refused. */
export const refused: Record<string, () => string | Buffer> = {
  'billion laughs': () => `<!DOCTYPE l [<!ENTITY l0 "ha">${laughs(9)}]>${property('a', '&l9;')}`,
  'quadratic blow-up': () => `<!DOCTYPE l [<!ENTITY a "${huge}">]>${property('a', '&a;'.repeat(50_000))}`,
  'external entity': () => `<!DOCTYPE l [<!ENTITY a SYSTEM "file:///dev/zero">]>${property('a', '&a;')}`,
  'parameter entity': () => `<!DOCTYPE l [<!ENTITY % a SYSTEM "http://127.0.0.1/"> %a;]>${inside('')}`,
  'two mebibytes': () => ' '.repeat(2 * mebibyte),
  'nested elements': () => filled('<a>'),
  'nested and closed': () => inside('<a>'.repeat(100_000) + '</a>'.repeat(100_000)),
  'end tags': () => filled('</a>'),
  elements: () => inside(filled('<a/>')),
  properties: () =>
    inside(`<PropertySection>${counted(20_000, n => `<Property oe:key="k${n}" oe:value=""/>`)}</PropertySection>`),
  attributes: () => inside(`<a ${counted(100_000, n => `a${n}="" `)}/>`),
  'the same attribute': () => inside(`<a ${filled('b="" ')}/>`),
  'attributes without value': () => inside(`<a ${filled('b ')}/>`),
  'attributes without end': () => `<a ${filled('b="" ')}`,
  namespaces: () =>
    inside(counted(30, i => `<a ${counted(800, j => `xmlns:p${i}_${j}="v" `)}>`) + '<b xmlns:x="y"/>'.repeat(9_000)),
  comments: () => inside(filled('a<!-- -->')),
  'opened comments': () => filled('<!--'),
  'CDATA sections': () => inside(filled('<![CDATA[]]>')),
  instructions: () => inside(filled('<? ?>')),
  'opened instructions': () => filled('<?'),
  'less-than signs': () => filled('<'),
  quotes: () => `<a ${filled('x="')}`,
  'an open quote': () => `<a b="${filled('x')}`,
  'white space and no end': () => `<a${filled(' ')}=`,
  'a long element name': () => inside(`<${'n'.repeat(500_000)}/>`),
  'a long attribute name': () => inside(`<a ${'n'.repeat(900_000)}=""/>`),
  ampersands: () => inside(filled('&')),
  'unfinished references': () => inside(filled('&#x')),
  'unknown references': () => inside(filled('&lol;')),
  'NUL bytes': () => Buffer.alloc(mebibyte - 1),
  'a NUL inside': () => inside('a\0b'),
  'bytes that are no UTF-8': () => Buffer.alloc(mebibyte - 1, 0xff),
  'overlong UTF-8': () => Buffer.concat([Buffer.from('<a>'), Buffer.from([0xc0, 0xbc]), Buffer.from('</a>')]),
  'half a UTF-16 character': () =>
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('<a/>', 'utf16le'), Buffer.from([0x3c])]),
  'random bytes': () =>
    Buffer.from(
      counted(65_536, n => String.fromCharCode((n * 7919) % 256)),
      'latin1',
    ),
};

/** Each is as large as a document may be, and is read. */
export const large: Record<string, () => string> = {
  'one value': () => property('a', filled('x', 400)),
  references: () => property('a', filled('&#10;', 400)),
  'references in text': () => inside(filled('a&lt;')),
  'the most properties': () =>
    inside(
      `<PropertySection>${counted(9_990, n => `<Property oe:key="k${n}" oe:value="${'v'.repeat(60)}"/>`)}</PropertySection>`,
    ),
  'the same property': () =>
    inside(`<PropertySection>${counted(9_990, n => `<Property oe:key="k" oe:value="${n}"/>`)}</PropertySection>`),
  'white space in a tag': () => inside(`<a${filled(' ')}/>`),
  'characters beyond the first plane': () => property('a', '😀'.repeat(260_000)),
};
