/** A sealed appliance in which somebody has left a word of every kind that must not travel. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { linkTo, put } from '../kernel/machine.ts';
import { makeDisc } from '../ovfenv/fixture.ts';
import { appliance, powerOn } from '../pass/appliance.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** What names the machine, its owner or its network. */
export const identities = {
  product: 'ec2e1916-9099-4caf-8d21-012345abcdef',
  serial: 'VMware-56 4d 1a 2b 3c 4d 5e 6f-01 02 03 04 05 06 07 a8',
  tag: 'shelf-77-Tea',
  root: '0d0a7a11-1b1b-4c1c-8d1d-1e1e1e1e1e1e',
  swap: '5e5e7a22-2b2b-4c2c-8d2d-2e2e2e2e2e2e',
  efi: '7A3C-99D1',
  mac: '52:54:00:ab:cd:ef',
  address: '10.11.12.13',
  nfs: 'files.tea.example',
  host: 'teahouse7',
  owner: 'Mr. Earl Grey',
  peer: 'teapot-backend',
  vm: 'vm-teahouse-42',
  package: 'teapot-internal',
} as const;

export const passwords = {
  property: 'orange pekoe 9',
  peer: 'lapsang/souchong',
  init: 'hunter2-hunter2',
  boot: 'darjeeling-secret',
  grub: 'grub.pbkdf2.sha512.10000.AABBCC',
} as const;

const document = `<?xml version="1.0" encoding="UTF-8"?>
<Environment xmlns="http://schemas.dmtf.org/ovf/environment/1" xmlns:oe="http://schemas.dmtf.org/ovf/environment/1"
  xmlns:ve="http://www.vmware.com/schema/ovfenv" oe:id="${identities.vm}">
  <PlatformSection><Kind>VMware ESXi</Kind><Version>8.0.2</Version></PlatformSection>
  <PropertySection>
    <Property oe:key="owner" oe:value="${identities.owner}"/>
    <Property oe:key="ip0" oe:value="${identities.address}"/>
    <Property oe:key="admin.password" oe:value="${passwords.property}"/>
    <Property oe:key="enlighten.sysctl.vm.swappiness" oe:value="7"/>
  </PropertySection>
  <ve:EthernetAdapterSection><ve:Adapter ve:mac="${identities.mac}" ve:network="x" ve:unitNumber="7"/></ve:EthernetAdapterSection>
  <Entity oe:id="${identities.peer}"><PropertySection>
    <Property oe:key="db_password" oe:value="${passwords.peer}"/>
  </PropertySection></Entity>
  <!-- ${passwords.property} -->
</Environment>
`;

export const enlighten = (...args: string[]): string =>
  execFileSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const files: Record<string, string> = {
  '/sys/class/dmi/id/product_uuid': `${identities.product}\n`,
  '/sys/class/dmi/id/product_serial': `${identities.serial}\n`,
  '/sys/class/dmi/id/chassis_asset_tag': `${identities.tag}\n`,
  '/run/udev/data/b254:1': `S:disk/by-id/x\nE:ID_SERIAL=${identities.efi}\nE:ID_FS_UUID=${identities.root}\n`,
  '/proc/sys/kernel/hostname': `${identities.host}\n`,
  '/etc/fstab': `UUID=${identities.swap} none swap sw 0 0\n//${identities.nfs}/x /mnt cifs user=a,password=${passwords.boot} 0 0\n`,
  '/var/lib/dpkg/status': 'Package: teapot-internal\nStatus: install ok installed\nMaintainer: earl@tea.example\n\n',
};

/** Words of its command line beside the loader's own. */
const words = [
  `resume=UUID=${identities.efi}`,
  `ip=${identities.address}::10.11.12.1:255.255.255.0:${identities.host}:eth0`,
  `ifname=eth0:${identities.mac}`,
  `console=ttyS0 tea.password=${passwords.boot}`,
].join(' ');

/** Powered on twice, so that there is a state, a journal and an armed trial. */
export const planted = (t: TestContext): string => {
  const root = appliance();
  put(
    root,
    '/dev/sr0',
    readFileSync(makeDisc(t, { 'ovf-env.xml': document, 'user-data': `password: ${passwords.init}` })),
  );
  put(root, '/sys/block/sr0/ro', '1\n');
  for (const [path, content] of Object.entries(files)) put(root, path, content);
  const mounts = readFileSync(`${root}/proc/self/mountinfo`, 'utf8');
  put(
    root,
    '/proc/self/mountinfo',
    `${mounts}99 1 0:50 / /mnt/x rw - nfs4 ${identities.nfs}:/x rw,addr=${identities.address}\n`,
  );
  put(root, '/dev/vda5', Buffer.concat([Buffer.alloc(4086, identities.owner), Buffer.from('SWAPSPACE2')]));
  linkTo(root, `/dev/disk/by-uuid/${identities.swap}`, '/dev/vda5');
  linkTo(root, `/dev/disk/by-uuid/${identities.efi}`, '/dev/vda5');
  const config = readFileSync(`${root}/boot/grub/grub.cfg`, 'utf8');
  put(root, '/boot/grub/grub.cfg', `password_pbkdf2 root ${passwords.grub}\n${config}`);
  powerOn(root, '0b0b0b0b-1111-4222-8333-444455556666', words);
  enlighten('boot', '--root', root);
  // Only now: in a container nothing would have been armed.
  put(root, '/proc/1/environ', `HOME=/\0DB_PASSWORD=${passwords.init}\0container=lxc\0`);
  return root;
};
