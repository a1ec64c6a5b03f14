/** A document as Azure writes it, byte order mark included (shape: WALinuxAgent's and cloud-init's tests). */
const wa = 'http://schemas.microsoft.com/windowsazure';
const instance = 'http://www.w3.org/2001/XMLSchema-instance';

export const azureDocument = `\ufeff<?xml version="1.0" encoding="utf-8"?>
<Environment xmlns="http://schemas.dmtf.org/ovf/environment/1" xmlns:oe="http://schemas.dmtf.org/ovf/environment/1"
  xmlns:wa="${wa}" xmlns:xsi="${instance}">
  <wa:ProvisioningSection><wa:Version>1.0</wa:Version>
    <LinuxProvisioningConfigurationSet xmlns="${wa}" xmlns:i="${instance}">
      <ConfigurationSetType>LinuxProvisioningConfiguration</ConfigurationSetType>
      <UserName>operator</UserName>
      <UserPassword>pa55 &amp; w0rd</UserPassword>
      <HostName>web-1</HostName>
      <DisableSshPasswordAuthentication>false</DisableSshPasswordAuthentication>
      <CustomData>I2Nsb3VkLWNvbmZpZwo=</CustomData>
      <SSH><PublicKeys>
        <PublicKey><Fingerprint>2D97B25D49B98ECC90BF1600D66D68799CFB361E</Fingerprint>
          <Path>/home/operator/.ssh/authorized_keys</Path><Value>ssh-ed25519 AAAA operator</Value></PublicKey>
        <PublicKey><Value>ssh-ed25519 BBBB other</Value></PublicKey>
      </PublicKeys></SSH>
    </LinuxProvisioningConfigurationSet>
  </wa:ProvisioningSection>
  <wa:PlatformSettingsSection><wa:Version>1.0</wa:Version>
    <PlatformSettings xmlns="${wa}" xmlns:i="${instance}">
      <KmsServerHostname i:nil="true"/>
      <ProvisionGuestAgent>true</ProvisionGuestAgent>
      <PreprovisionedVm>false</PreprovisionedVm>
    </PlatformSettings>
  </wa:PlatformSettingsSection>
</Environment>
`;
