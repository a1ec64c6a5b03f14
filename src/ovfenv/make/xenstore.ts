/**
 * The document in xenstore: a script for dom0, which writes the nodes itself beside xl, or has XenServer's and XCP-ng's toolstack
 * write them at every start of the machine.
 */
import { xenstoreNodesOf } from '../transports/xenstore.ts';
import type { Medium } from './medium.ts';
import { shellWord } from './quoting.ts';

export const xenstore: Medium = ({ document, file }) => ({
  files: [{ path: file, content: Buffer.from(scriptFor(xenstoreNodesOf(Buffer.from(document)))) }],
  handOver: [
    {
      platform: 'Xen, xl',
      how: `xl create -p GUEST.cfg && sh ${shellWord(file)} xl GUEST && xl unpause GUEST`,
    },
    { platform: 'XCP-ng, xe', how: `sh ${shellWord(file)} xe UUID  # before the machine starts; it stays set` },
  ],
});

const scriptFor = (nodes: readonly [path: string, value: string][]): string => {
  const whole = nodes[0]?.[0].replace(/\/\d+$/, '') ?? '';
  return `#!/bin/sh
# Hands the OVF environment to a Xen guest, through xenstore: sh THIS xl GUEST, or sh THIS xe UUID
# Every property stands in here: keep it from others. While it runs, other users of dom0 can see them as arguments of programs.
set -eu
guest=$2
# An earlier document goes first: it may have had more pieces.
case $1 in
xl)
  base=/local/domain/$(xl domid "$guest")
  xenstore-rm "$base/${whole}" 2>/dev/null || :
  put() { xenstore-write "$base/$1" "$2"; }
  ;;
xe)
  gone() {
    xe vm-param-get uuid="$guest" param-name=xenstore-data param-key="$1" >/dev/null 2>&1 || return 1
    xe vm-param-remove uuid="$guest" param-name=xenstore-data param-key="$1"
  }
  gone ${whole} || :
  piece=0
  while [ $piece -lt 1000 ] && gone "${whole}/$piece"; do piece=$((piece + 1)); done
  put() { xe vm-param-set uuid="$guest" "xenstore-data:$1=$2"; }
  ;;
*)
  echo "usage: sh $0 xl GUEST | xe UUID" >&2
  exit 2
  ;;
esac
${nodes.map(([path, value]) => `put ${path} ${shellWord(value)}`).join('\n')}
`;
};
