/** What of each file is carried, as tables: some files never, of some only the lines planning looks at, of some blinded ones. */
import { isKernelName } from '../devicenames/name.ts';
import type { Path } from '../guest/guest.ts';
import { unescaped } from '../kernel/mounts.ts';
import { isSecret } from '../ovfenv/secrets.ts';
import type { Blinder } from './blinder.ts';
import { blindValue, MASK } from './environment.ts';
import { SERIALS } from './identities.ts';
import { networkRows } from './network.ts';

interface Row {
  path: RegExp;
  rewrite: (text: string, blind: Blinder) => string;
}

/**
 * Ways an environment document reaches a guest, and where the agent keeps it: it may hold passwords in any encoding, so the capture
 * carries what was read from it instead (environment.ts). They are there, and cannot be opened.
 */
const WITHHELD = [
  /^\/dev\//,
  /^\/sys\/firmware\/dmi\/entries\/11-/,
  /^\/sys\/firmware\/qemu_fw_cfg\//,
  /^\/run\/credentials\//,
  /^\/var\/lib\/hyperv\//,
  /^\/proc\/xen\/xenbus$/,
  // Addresses as numbers; what was made of them is carried (src/facts/addresses.ts).
  /^\/proc\/(\d+\/|self\/)?net\//,
  /^\/run\/enlighten\/(secrets\.json|env|environment\.json)$/,
  /^\/var\/lib\/enlighten\/(environment\.json|.*seed.*)$/,
];

export const isWithheld = (path: Path): boolean => WITHHELD.some(pattern => pattern.test(path));

/** The lines that match, and nothing else of the file. */
const only =
  (line: RegExp): Row['rewrite'] =>
  text =>
    text
      .split('\n')
      .filter(one => line.test(one))
      .map(one => `${one}\n`)
      .join('');

/** `name=value`, `name: value`, `"name": value` and `--name value` where the name speaks of a secret. */
const NAME = /(?<![\w.-])([\w.-]+)(?:["']?(\s*[=:]\s*)|(\s+)(?=[^\s-]))/g;
/** As shells and mount options end a value; quoted parts may stand beside others. */
const WORD_HERE = /(?:"[^"\n]*"?|'[^'\n]*'?|[^\s,"'])+/y;
/** Where blanks stand around the sign, as in YAML and INI files, they may stand in the value. */
const LINE_HERE = /[^\n]+/y;

/** Names one after another, each value looked at only when it is a secret's: it may hold names itself. */
const withoutSecrets = (text: string): string => {
  let kept = '';
  let from = 0;
  for (const { 0: whole, 1: name = '', 2: sign, index } of text.matchAll(NAME)) {
    if (index < from || !isSecret(name) || (sign === undefined && !name.startsWith('--'))) continue;
    const here = /\s/.test(sign ?? '') ? LINE_HERE : WORD_HERE;
    here.lastIndex = index + whole.length;
    const value = here.exec(text)?.[0];
    if (value === undefined) continue;
    kept += text.slice(from, index + whole.length) + MASK;
    from = index + whole.length + value.length;
  }
  return kept + text.slice(from);
};

/** A property of a descriptor: its default is a value like any other. */
const PROPERTY = /<(?:[\w.-]+:)?Property\b[^>]*>/g;
const VALUE = /((?:[\w.-]+:)?value\s*=\s*)("[^"]*"|'[^']*')/g;
const inDescriptor: Row['rewrite'] = (text, blind) =>
  text.replace(PROPERTY, element => {
    const key = /(?:[\w.-]+:)?key\s*=\s*["']([^"']*)/.exec(element)?.[1] ?? '';
    const secret = /password\s*=\s*["'](true|1)/.test(element) ? 'password' : key;
    return element.replace(VALUE, (_, name: string, value: string) => {
      const quote = value[0] ?? '"';
      return name + quote + blindValue(secret, value.slice(1, -1), blind) + quote;
    });
  });

/** What nobody may see, whatever they ask for. */
const always: Row[] = [
  { path: /^\/proc\/\d+\/environ$/, rewrite: text => /(?:^|\0)(container=[^\0]*)/.exec(text)?.[1] ?? '' },
  { path: /^\/(proc\/cmdline$|etc\/(?!enlighten\/.*\.ovf$)|boot\/|efi\/)/, rewrite: withoutSecrets },
  { path: /^\/etc\/enlighten\/.*\.ovf$/, rewrite: inDescriptor },
  ...networkRows,
  { path: /^\/support\//, rewrite: withoutSecrets },
  // Whole files that were changed: what is in them is not asked for when a capture is replayed.
  { path: /\/journal\.jsonl$/, rewrite: text => text.replace(/("(?:before|after)":"file:\d+:)[^"]*/g, '$1') },
  { path: /\/grub\.cfg$/, rewrite: text => text.replace(/^\s*(password\w*|set superusers=).*$/gm, '# $1') },
];

/** Words of the kernel command line whose values say nothing about who or where (kernel-parameters.txt), and ours. */
const PUBLIC_WORD =
  /^(enlighten\S*|BOOT_IMAGE|initrd|root(fstype|flags|delay|wait)?|resume(_offset)?|console|panic|oops|\w+_panic|init|systemd\.unit|clocksource|tsc|elevator|mitigations|net\.ifnames|biosdevname|apparmor|selinux|security|lsm|iommu|\w+_iommu|crashkernel|loglevel|vga|video|overlayroot|transparent_hugepage|mem|maxcpus|nosmt|acpi|pci|apic)$/;
/** A root or swap named as anything else may be a server's. */
const LOCAL = /^"?(\/dev\/|(PART)?(UUID|LABEL)=)/;

/** A word's value; after `--`, where arguments for init stand, a bare word is a value, too. */
const commandLine: Row['rewrite'] = (text, blind) => {
  let forInit = false;
  return text.replace(/(?:[^\s"]|"[^"]*(?:"|$))+/g, word => {
    forInit ||= word === '--';
    const equals = word.indexOf('=', 1);
    if (equals === -1) return forInit && !PUBLIC_WORD.test(word) ? blind.scrambled(word) : word;
    const [key, value] = [word.slice(0, equals), word.slice(equals + 1)];
    if (PUBLIC_WORD.test(key) && (!/^(root|resume)$/.test(key) || LOCAL.test(value))) return word;
    return `${key}=${blind.scrambled(value)}`;
  });
};

/** Where boot loaders keep command lines: entries of grub.cfg, of extlinux.conf and in files, our variables in a block and in enlighten.cfg. */
const bootArguments: Row['rewrite'] = (text, blind) =>
  text
    .replace(
      /^(\s*(?:linux(?:efi|16)?\s+\S+|options|append)[ \t]+)(.*)$/gim,
      (_, start: string, args: string) => start + commandLine(args, blind),
    )
    .replace(/(_args="?)([^"\n]*)/g, (_, start: string, args: string) => start + commandLine(args, blind));

/** State and journals: an entry's arguments, and the boot loader's own bytes. */
const inState: Row['rewrite'] = (text, blind) =>
  text
    .replace(/("args":")((?:[^"\\]|\\.)*)/g, (_, start: string, args: string) => start + commandLine(args, blind))
    .replace(/base64:([A-Za-z0-9+/=]+)/g, (_, bytes: string) => {
      const block = blind.text(bootArguments(Buffer.from(bytes, 'base64').toString('latin1'), blind));
      return `base64:${Buffer.from(block, 'latin1').toString('base64')}`;
    });

/** Mount points planning asks about, or that lie above them; where else something is mounted is the owner's business. */
const ASKED_POINT = /^\/(boot(\/.*)?|usr|var|var\/lib|var\/lib\/enlighten|etc|run|dev|proc|sys|tmp|data.*)?$/s;
export const blindPoint = (point: Path, blind: Blinder): Path =>
  ASKED_POINT.test(point) ? point : blind.scrambled(point);

/** Of what was not asked for, that a disk is in use; nothing of what a network or a container has mounted. */
const MOUNT = /^(\S+ \S+ \S+) (\S+) (\S+)( .* - \S+ )(\S+)/;
const mountLine = (line: string, blind: Blinder): string[] => {
  const [whole = '', ids = '', , written = '', options = '', source = ''] = MOUNT.exec(line) ?? [];
  // mounts() reads the file as UTF-8; here it is one character a byte.
  const point = unescaped(Buffer.from(written, 'latin1').toString('utf8'));
  if (ASKED_POINT.test(point)) return [line];
  if (!source.startsWith('/dev/')) return [];
  const blinded = blindPoint(point, blind).replace(
    /[\s\\]/g,
    one => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return [`${ids} / ${blinded}${options}${source}${line.slice(whole.length)}`];
};

const mountinfo: Row['rewrite'] = (text, blind) =>
  text
    .split('\n')
    .flatMap(line => mountLine(line, blind))
    .map(line => `${line}\n`)
    .join('')
    .replace(/ - (\S+) (\S+)/g, (whole, type: string, source: string) =>
      /^(\/dev\/.*|[\w-]+)$/.test(source) ? whole : ` - ${type} ${blind.scrambled(source)}`,
    )
    .replace(
      /\b((?:\w*addr|user\w*|domain|\w+dir)=)([^,\s]+)/g,
      (_, key: string, value: string) => key + blind.scrambled(value),
    );

/** Swap areas, and of devices with the kernel's names what planning asks about them. */
const fileSystems: Row['rewrite'] = (text, blind) =>
  text
    .split('\n')
    .map(line => {
      const [device = '', point = '', type = ''] = line.trim().split(/[ \t]+/);
      if (device.startsWith('#') || (type !== 'swap' && !isKernelName(device))) return '';
      return type === 'swap' ? `${line}\n` : `${device} ${blindPoint(point, blind)} ${type}\n`;
    })
    .join('');

/** Packages that are not simply installed, and the kernel's; which others there are is the owner's business. */
const packages: Row['rewrite'] = (text, blind) =>
  only(/^(Package|Status): /)(text, blind).replace(/^Package: (?!linux-).*\nStatus: install ok installed\n/gm, '');

const whole: Row['rewrite'] = (text, blind) => text.replace(/\S.*\S|\S/s, value => blind.scrambled(value));

/** What identifies the machine and no form gives away; and of long files the lines that are looked at. */
const identities: Row[] = [
  { path: SERIALS, rewrite: whole },
  { path: /^\/proc\/sys\/kernel\/(hostname|domainname)$|^\/etc\/(hostname|hosts|resolv\.conf)$/, rewrite: whole },
  { path: /^\/proc\/cmdline$/, rewrite: commandLine },
  { path: /^\/(boot|efi)\/.*(\.(cfg|conf|env)|\/grubenv)$/, rewrite: bootArguments },
  { path: /^\/(var\/lib|run)\/enlighten\/.*\.jsonl?$/, rewrite: inState },
  { path: /^\/proc\/\d+\/mountinfo$|^\/proc\/self\/mountinfo$/, rewrite: mountinfo },
  { path: /^\/proc\/(\d+|self)\/mounts$/, rewrite: text => text.replace(/^\S+ \S+ (\S+).*$/gm, '- - $1') },
  { path: /^\/proc\/modules$/, rewrite: text => text.replace(/^(\S+).*$/gm, '$1') },
  { path: /^\/proc\/interrupts$/, rewrite: only(/^\s*[A-Za-z]/) },
  { path: /^\/proc\/stat$/, rewrite: only(/^cpu /) },
  { path: /^\/boot\/config-/, rewrite: only(/^CONFIG_\w+=[ym]$/) },
  { path: /^\/etc\/fstab$/, rewrite: fileSystems },
  { path: /^\/var\/lib\/dpkg\/status$/, rewrite: packages },
  {
    path: /^\/run\/udev\/data\//,
    rewrite: only(/^E:(ID_FS_(UUID|TYPE|USAGE|VERSION)|ID_PART_ENTRY_UUID|ID_BUS|ID_TYPE|ID_NET_DRIVER)=/),
  },
];

/** Public constants that look like UUIDs: vendors' in the names of EFI variables, the kinds of VMBus devices. */
const CONSTANT = /^\/sys\/firmware\/efi\/efivars\/|\/class_id$/;

/** How a capture is made. */
export interface Carried {
  /** openEyes for `--full`. */
  blind: Blinder;
  /** Keeps whole files and all their lines; secrets go all the same. */
  full: boolean;
  /** Values of the environment's secrets: masked wherever an administrator may have repeated one. */
  secrets: readonly string[];
}

const REPEATED = /^\/(proc\/cmdline$|etc\/|run\/|var\/|support\/|(boot|efi)\/.*(cfg|conf|env)$)/;
/** Shorter ones are words of every file. */
const SHORTEST_SECRET = 6;

export const carriedText = (path: Path, text: string, { blind, full, secrets }: Carried): string => {
  const rows = [...always, ...(full ? [] : identities)].filter(row => row.path.test(path));
  const rewritten = rows.reduce((now, { rewrite }) => rewrite(now, blind), text);
  const known = REPEATED.test(path) ? secrets.filter(({ length }) => length >= SHORTEST_SECRET) : [];
  const masked = known.reduce((now, secret) => now.replaceAll(secret, MASK), rewritten);
  return CONSTANT.test(path) ? masked : blind.text(masked);
};

/** The path as the capture has it; names in a folder of ids are ids. */
export const carriedPath = (path: Path, blind: Blinder): Path => (CONSTANT.test(path) ? path : blind.text(path));

/** Names of a folder that are looked for: the kernel's packages, services of hypervisors. */
const LISTED: { folder: RegExp; name: RegExp }[] = [
  { folder: /^\/var\/lib\/dpkg\/info$/, name: /^linux-/ },
  {
    folder: /^\/sys\/fs\/cgroup\/(systemd\/)?system\.slice$/,
    name: /^(qemu-guest-agent|spice-vdagentd|open-vm-tools|vmtoolsd|hyperv?|hv[-_]|xe-|virtualbox-|vbox)/,
  },
];
/** That there is something else is told all the same. */
const OTHERS = 'others';

export const carriedNames = (folder: Path, names: readonly string[]): string[] => {
  const row = LISTED.find(one => one.folder.test(folder));
  if (row === undefined) return [...names];
  const known = names.filter(name => row.name.test(name));
  return known.length < names.length ? [...known, OTHERS] : known;
};
