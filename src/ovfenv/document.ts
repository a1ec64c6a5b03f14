/** Reads an OVF environment document (DSP8027; DSP0243 §11) into an Environment, or says in one line why it is refused. */
import { environmentNotice } from '../notices/environment.ts';
import type { Notice } from '../notices/notice.ts';
import { azurePropertiesIn, isAzure } from './azure.ts';
import type { Environment, FetchedDocument } from './environment.ts';
import { namespaces } from './namespaces.ts';
import { collectRemarks } from './remarks.ts';
import { adaptersIn, attributeIn, peersIn, platformIn, propertiesIn, vmwareIn } from './sections.ts';
import { rootOf } from './xml/root.ts';
import type { Element } from './xml/tree.ts';

export type ReadDocument = { environment: Environment } | { refused: Notice };

/** The document's Environment, with Notices on what is odd about it. Loads the XML library unless it is refused before. */
export const readDocument = async (fetched: FetchedDocument): Promise<ReadDocument> => {
  const { document, source } = fetched;
  const read = await rootOf(document);
  if ('refused' in read) return { refused: environmentNotice(`environment-${read.refused}`, source, read.detail) };
  const { root } = read;
  if (root.namespace !== namespaces.ovf || root.local !== 'Environment') {
    return { refused: environmentNotice('environment-not-ovf', source, described(root)) };
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
    passwords: [],
    peers: peersIn(root, remark),
    adapters: adaptersIn(root, remark),
    vmware: vmwareIn(root),
    files,
    notices: notices(),
  };
};

const described = ({ local, namespace }: Element): string =>
  `${local.slice(0, 80)} ${namespace === null ? 'without namespace' : `of ${namespace.slice(0, 120)}`}`;
