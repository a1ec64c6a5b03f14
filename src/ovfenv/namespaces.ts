/** The namespaces that occur in environment documents. OVF 2.x keeps environment/1: only its envelope went to /2. */
export const namespaces = {
  ovf: 'http://schemas.dmtf.org/ovf/environment/1',
  /** VMware's extension: EthernetAdapterSection, vCenterId, esxId. */
  vmware: 'http://www.vmware.com/schema/ovfenv',
  /** Azure's provisioning document lies in an Environment of the standard. */
  azure: 'http://schemas.microsoft.com/windowsazure',
} as const;

/** Of the descriptor: OVF 1.x (DSP8023 1) and 2.x (DSP8023 2). */
export const envelopes: readonly string[] = [
  'http://schemas.dmtf.org/ovf/envelope/1',
  'http://schemas.dmtf.org/ovf/envelope/2',
];
/** VMware's attributes in a descriptor, `vmw:qualifiers` among them. */
export const vmwareEnvelope = 'http://www.vmware.com/schema/ovf';
