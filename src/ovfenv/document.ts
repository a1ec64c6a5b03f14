/** Reads an OVF environment document (DSP8027; DSP0243 §11) into an Environment, or says in one line why it is refused. */
import { environmentNotice } from '../notices/environment.ts';
import type { Notice } from '../notices/notice.ts';
import { azurePropertiesIn, isAzure } from './azure.ts';
import type { Environment, FetchedDocument } from './environment.ts';
import { largestDocument } from './limits.ts';
import { namespaces } from './namespaces.ts';
import { collectRemarks } from './remarks.ts';
import { adaptersIn, attributeIn, peersIn, platformIn, propertiesIn } from './sections.ts';
import { objectionTo } from './xml/guard.ts';
import { decodeText } from './xml/text.ts';
import { type Element, parseXml } from './xml/tree.ts';

export type ReadDocument = { environment: Environment } | { refused: Notice };

/** The document's Environment, with Notices on what is odd about it. Loads the XML library unless it is refused before. */
export const readDocument = async (fetched: FetchedDocument): Promise<ReadDocument> => {
  const { document, source } = fetched;
  const refuse = (code: Parameters<typeof environmentNotice>[0], detail = ''): ReadDocument => ({
    refused: environmentNotice(code, source, detail),
  });

  if (document.length > largestDocument) return refuse('environment-too-large', `${largestDocument} bytes`);
  const decoded = decodeText(document);
  if ('why' in decoded) return refuse('environment-encoding', decoded.why);
  if (decoded.text.trim() === '') return refuse('environment-empty');
  const objection = objectionTo(decoded.text);
  if (objection !== null) {
    return refuse(`environment-${objection.kind}`, 'detail' in objection ? objection.detail : '');
  }
  const parsed = await parseXml(decoded.text);
  if ('malformed' in parsed) return refuse('environment-malformed', parsed.malformed);
  const { root } = parsed;
  if (root.namespace !== namespaces.ovf || root.local !== 'Environment') {
    return refuse('environment-not-ovf', described(root));
  }
  return { environment: environmentFrom(root, fetched) };
};

const environmentFrom = (root: Element, { transport, source, files = [] }: FetchedDocument): Environment => {
  const { remark, notices } = collectRemarks(source);
  return {
    kind: isAzure(root) ? 'azure' : 'ovf',
    transport,
    source,
    stale: false,
    id: attributeIn(root, 'id', remark) || null, // VMware writes oe:id=""
    platform: platformIn(root, remark),
    properties: { ...propertiesIn(root, remark), ...azurePropertiesIn(root) },
    declarations: {},
    peers: peersIn(root, remark),
    adapters: adaptersIn(root, remark),
    files,
    notices: notices(),
  };
};

const described = ({ local, namespace }: Element): string =>
  `${local.slice(0, 80)} ${namespace === null ? 'without namespace' : `of ${namespace.slice(0, 120)}`}`;
