/** From the bytes of any document from outside to its root element, or why they are refused. */
import { largestDocument } from '../limits.ts';
import { objectionTo } from './guard.ts';
import { decodeText } from './text.ts';
import { type Element, parseXml } from './tree.ts';

export type Refusal = 'too-large' | 'encoding' | 'empty' | 'doctype' | 'limits' | 'malformed';

/** The root element. The XML library is loaded only for what has passed the guard. `detail` never quotes the document. */
export const rootOf = async (bytes: Buffer): Promise<{ root: Element } | { refused: Refusal; detail: string }> => {
  if (bytes.length > largestDocument) return { refused: 'too-large', detail: `${largestDocument} bytes` };
  const decoded = decodeText(bytes);
  if ('why' in decoded) return { refused: 'encoding', detail: decoded.why };
  if (decoded.text.trim() === '') return { refused: 'empty', detail: '' };
  const objection = objectionTo(decoded.text);
  if (objection !== null) return { refused: objection.kind, detail: 'detail' in objection ? objection.detail : '' };
  const parsed = await parseXml(decoded.text);
  return 'root' in parsed ? parsed : { refused: 'malformed', detail: parsed.malformed };
};
