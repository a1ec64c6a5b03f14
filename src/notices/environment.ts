/** What can be wrong with the OVF environment and the discs it comes on. The subject is the document's source. */
import { noticesOf } from './notice.ts';

const keepsLast = 'The last environment read stays in force.';

export const environmentNotice = noticesOf({
  'environment-empty': {
    happened: 'the environment was ignored: the document is empty.',
    remedy: `Check the platform's OVF transport. ${keepsLast}`,
  },
  'environment-too-large': {
    happened: 'the environment was ignored: it is larger than {}.',
    remedy: `Shorten the property values. ${keepsLast}`,
  },
  'environment-encoding': {
    happened: 'the environment was ignored: {}.',
    remedy: `Write the document in UTF-8. ${keepsLast}`,
  },
  'environment-doctype': {
    happened: 'the environment was ignored: it has a document type declaration, which no OVF environment needs.',
    remedy: `Remove the DOCTYPE. ${keepsLast}`,
  },
  'environment-malformed': {
    happened: 'the environment was ignored: it is not well-formed XML ({}).',
    remedy: `Check what generated the document. ${keepsLast}`,
  },
  'environment-limits': {
    happened: 'the environment was ignored: it has {}.',
    remedy: `Check what generated the document. ${keepsLast}`,
  },
  'environment-not-ovf': {
    happened: 'the document was ignored: its root element is {}, not Environment of the OVF environment namespace.',
    remedy: `Provide a document after DSP8027 (http://schemas.dmtf.org/ovf/environment/1). ${keepsLast}`,
  },
  'environment-unqualified': {
    happened: 'attributes without a namespace prefix were accepted: {}.',
    remedy: 'Write them with the prefix of the OVF environment namespace, as DSP8027 demands.',
  },
  'environment-incomplete': {
    happened: 'elements that lack a required attribute were ignored: {}.',
    remedy: 'A Property needs a key and a value, an Entity an id, an Adapter a MAC address and a network.',
  },
  'environment-duplicate-property': {
    happened: 'the property {} is there more than once; the last value counts.',
    remedy: 'Give each property once; an overridden one of a parent does not belong into the document.',
  },
  'environment-timezone': {
    happened: 'the Timezone of its PlatformSection was ignored: it is not a whole number of minutes.',
    remedy: 'Give the offset from UTC in minutes, east positive.',
  },
  'environment-cannot-scrub': {
    happened: 'enlighten.scrub is on, but what comes by {} cannot be removed by the guest; its secrets stay there.',
    remedy: 'Detach it on the platform, or use a transport that the guest may write to.',
  },
  'environment-not-scrubbed': {
    happened: 'enlighten.scrub is on, but the document was not removed: {}.',
    remedy: 'Remove it on the platform. `enlighten apply` tries again.',
  },
  'environment-same-name': {
    happened: 'properties were not exported, for another one has the same name in a shell: {}.',
    remedy: 'Rename them, or read each with `enlighten env get KEY`.',
  },
  'environment-descriptor': {
    happened: 'the descriptor of the appliance was ignored: {}.',
    remedy: 'Ship the OVF envelope of this appliance there, or no file at all; until then what it said last holds.',
  },
  'environment-bad-value': {
    happened: 'values that do not fit the descriptor of the appliance were ignored, and its defaults are used: {}.',
    remedy: 'Correct the properties; `enlighten env show --json` prints under "declarations" what each may be.',
  },
  'environment-bad-value-dropped': {
    happened: 'values that do not fit the descriptor of the appliance were ignored; there is no default: {}.',
    remedy: 'Correct the properties; `enlighten env show --json` prints under "declarations" what each may be.',
  },
  'environment-disc-unreadable': {
    happened: 'the disc could not be read to its end.',
    remedy: 'Attach the OVF environment again, or check the drive. The next boot looks again.',
  },
  'environment-disc-damaged': {
    happened: 'the environment was ignored: the disc ends before the file does, or holds it in pieces.',
    remedy: `Attach the disc again. ${keepsLast}`,
  },
  'environment-unreadable': {
    happened: 'the environment could not be read ({}).',
    remedy: `Check the platform's side of this transport. The next boot looks again. ${keepsLast}`,
  },
  'environment-damaged': {
    happened: 'the environment was ignored: {}.',
    remedy: `Set it again on the platform; enlighten env make writes it. ${keepsLast}`,
  },
  'environment-no-client': {
    happened:
      'there is no OVF environment, and none could be asked for: neither vmware-rpctool nor vmtoolsd is installed.',
    remedy:
      'Install open-vm-tools, or attach the environment as a disc. Where none is meant to be, nothing is missing.',
  },
  'environment-last-damaged': {
    happened: 'the stored copy of the last environment cannot be used: {}.',
    remedy: 'Nothing needs to be done once the platform delivers the environment again.',
  },
  'environment-last-too-new': {
    happened: 'the stored copy of the last environment was written by a newer enlighten and is not used.',
    remedy: 'Install that release again, or let the platform deliver the environment again.',
  },
});
