/** The namespaces that occur in environment documents. OVF 2.x keeps environment/1: only its envelope went to /2. */
export const namespaces = {
  ovf: 'http://schemas.dmtf.org/ovf/environment/1',
  /** VMware's extension: EthernetAdapterSection. */
  vmware: 'http://www.vmware.com/schema/ovfenv',
  /** Azure's provisioning document lies in an Environment of the standard. */
  azure: 'http://schemas.microsoft.com/windowsazure',
} as const;
