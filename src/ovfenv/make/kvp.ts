/**
 * The document as key-value pairs of Hyper-V: a script for the host, as Hyper-V has no cmdlet for them. What it calls is Microsoft's
 * WMI provider (learn.microsoft.com, "Msvm_KvpExchangeDataItem", "AddKvpItems" and "RemoveKvpItems methods of
 * Msvm_VirtualSystemManagementService"), from Windows PowerShell, the one that has Get-WmiObject.
 */
import { basename } from 'node:path/posix';
import { kvpPairsOf } from '../transports/kvp.ts';
import type { Medium } from './medium.ts';
import { powershellWord } from './quoting.ts';

export const kvp: Medium = ({ document, file }) => ({
  files: [{ path: file, content: Buffer.from(scriptFor(kvpPairsOf(Buffer.from(document)))) }],
  handOver: [
    {
      platform: 'Hyper-V, Windows PowerShell as an administrator of the host',
      how: `powershell.exe -ExecutionPolicy Bypass -File ${powershellWord(basename(file))} -VMName NAME`,
    },
  ],
});

/** Values stand in Base64: PowerShell takes a script for the code page of the machine, and an editor may change its line breaks. */
const entry = ([key, value]: readonly [key: string, value: string]): string =>
  `  ${powershellWord(key)} = '${Buffer.from(value).toString('base64')}'`;

const scriptFor = (pairs: readonly [key: string, value: string][]): string => {
  const name = pairs[0]?.[0].replace(/\.\d+$/, '') ?? '';
  return `# Hands the OVF environment to a virtual machine, as key-value pairs. Every property stands in here: keep it from others.
param([Parameter(Mandatory = $true)] [string] $VMName)
$ErrorActionPreference = 'Stop'
$pairs = [ordered] @{
${pairs.map(entry).join('\n')}
}

$namespace = 'root\\virtualization\\v2'
$machine = @(Get-WmiObject -Namespace $namespace -Class Msvm_ComputerSystem | Where-Object { $_.ElementName -eq $VMName })
if ($machine.Count -ne 1) { throw "there are $($machine.Count) virtual machines named $VMName" }
$machine = $machine[0]
$service = Get-WmiObject -Namespace $namespace -Class Msvm_VirtualSystemManagementService

function Format-Item([string] $Name, [string] $Data) {
  $item = ([wmiclass] "\\\\.\\\${namespace}:Msvm_KvpExchangeDataItem").CreateInstance()
  $item.Name = $Name
  $item.Data = $Data
  $item.Source = 0
  $item.PSBase.GetText(1)
}

# 4096: a job was begun, and only the job will know whether it worked.
function Wait-Result($Result, [string] $What) {
  $code = $Result.ReturnValue
  if ($code -eq 4096) {
    for ($job = [wmi] $Result.Job; $job.JobState -lt 7; $job = [wmi] $Result.Job) { Start-Sleep -Milliseconds 200 }
    $code = $job.ErrorCode
  }
  if ($code -ne 0) { throw "$What failed with code $code" }
}

# An earlier document goes first: adding fails for a pair that is there, and it may have had more pieces.
$settings = $machine.GetRelated('Msvm_VirtualSystemSettingData') |
  Where-Object { $_.VirtualSystemType -eq 'Microsoft:Hyper-V:System:Realized' } |
  ForEach-Object { $_.GetRelated('Msvm_KvpExchangeComponentSettingData') }
foreach ($old in @($settings | ForEach-Object { $_.HostExchangeItems } | Where-Object { $_ })) {
  $name = ([xml] $old).SelectSingleNode("/INSTANCE/PROPERTY[@NAME='Name']/VALUE").InnerText
  if ($name -match '^${name.replaceAll('.', '\\.')}(\\.[0-9]+)?$') {
    Wait-Result ($service.RemoveKvpItems($machine, @(Format-Item $name ''))) "removing $name"
  }
}

foreach ($name in $pairs.Keys) {
  $data = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($pairs[$name]))
  Wait-Result ($service.AddKvpItems($machine, @(Format-Item $name $data))) "adding $name"
}
`;
};
