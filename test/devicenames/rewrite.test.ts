/** The rewrites by themselves: what is nobody's business stays byte for byte, and what changes is a device's name and nothing else. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  commandLine,
  entryOptions,
  grubConfiguration,
  grubDefaults,
  initramfsResume,
  universalArguments,
} from '../../src/devicenames/command-line.ts';
import { crypttab } from '../../src/devicenames/crypttab.ts';
import { fstab } from '../../src/devicenames/fstab.ts';
import { type Rewrite, type StableName, type Use, usesIn } from '../../src/devicenames/name.ts';
import { changedLines, takenBack } from '../../src/devicenames/taken-back.ts';
import { freshFolder } from '../kernel/machine.ts';

const rewrites: Record<string, Rewrite> = {
  fstab,
  crypttab,
  grubDefaults,
  grubConfiguration,
  initramfsResume,
  commandLine,
  entryOptions,
  universalArguments,
};

const device = fc.constantFrom('/dev/sda1', '/dev/vdb', '/dev/xvda2', '/dev/hdc', '/dev/nvme0n1p2');
const neither = fc.constantFrom(
  '/dev/sr0',
  '/dev/md0',
  '/dev/mapper/vg-root',
  '/dev/fd0',
  'UUID=abcd',
  'LABEL=x',
  'srv:/x',
);
const word = fc.oneof(device, neither, fc.stringMatching(/^[ -~]{0,8}$/));
const line = fc.oneof(
  fc
    .tuple(word, word, fc.constantFrom('ext4', 'swap', 'auto', 'iso9660', 'nfs', 'bind'), fc.string())
    .map(it => it.join('\t')),
  fc.tuple(word, word).map(([key, value]) => `linux /vmlinuz root=${key} ro resume=${value} quiet`),
  fc.tuple(word).map(([value]) => `GRUB_CMDLINE_LINUX="quiet resume=${value}" # root=${value}`),
  fc.tuple(word).map(([value]) => `GRUB_DEVICE='${value}'`),
  fc.tuple(word).map(([value]) => `RESUME=${value}`),
  fc.tuple(word).map(([value]) => `options root=${value}\r`),
  fc.tuple(word).map(([value]) => `# ${value} / ext4`),
  fc.constant('initrd /initrd.img'),
  fc.string({ unit: 'binary' }),
);
const file = fc.array(line, { maxLength: 12 }).map(lines => lines.join('\n'));

const marked = (use: Use): StableName => ({ tag: use.tags[0] ?? 'UUID', value: `0000-${use.device.slice(5)}-0000` });
/** What `marked` wrote, as it was. */
const unmarked = (text: string): string =>
  text.replaceAll(/(?:(?:PART)?UUID=|\/dev\/disk\/by-(?:part)?uuid\/)0000-([a-z0-9]+)-0000/g, '/dev/$1');

for (const [name, rewrite] of Object.entries(rewrites)) {
  test(`${name}: where nothing has another name, every byte stays`, () => {
    fc.assert(
      fc.property(file, text =>
        assert.equal(
          rewrite(text, () => null),
          text,
        ),
      ),
    );
  });

  test(`${name}: only the names change, and with them nothing names them any more`, () => {
    fc.assert(
      fc.property(file, text => {
        const uses = usesIn(text, rewrite);
        const after = rewrite(text, marked);
        assert.equal(unmarked(after), text);
        assert.equal(after === text, uses.length === 0);
        assert.equal(after.split('\n').length, text.split('\n').length);
        assert.deepEqual(usesIn(after, rewrite), []);
      }),
    );
  });

  test(`${name}: what was changed can be taken back, with and without somebody's edits since`, () => {
    fc.assert(
      fc.property(file, fc.string({ unit: 'grapheme-ascii' }), (before, edit) => {
        const after = rewrite(before, marked);
        assert.equal(takenBack(after, { before, after }), before);
        fc.pre(!changedLines({ before, after }).some(changed => changed.after === edit));
        assert.equal(takenBack(`${edit}\n${after}`, { before, after }), `${edit}\n${before}`);
      }),
    );
  });
}

const FSTAB = `# /etc/fstab\t/dev/sda1
/dev/sda1\t/               ext4    errors=remount-ro 0       1
  /dev/sda2 none swap sw 0 0
/dev/sdb1 /srv/a\\040b ext4 nofail\r
UUID=1-2 /boot ext4 defaults 0 2
LABEL=data /data xfs defaults 0 0
/dev/md0 /raid ext4 defaults 0 0
/dev/mapper/vg-home /home ext4 defaults 0 0
/dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0
/dev/hdc /media/cdrom1 iso9660 user,noauto 0 0
/dev/fd0 /media/floppy auto user,noauto 0 0
server:/dev/sda1 /nfs nfs defaults 0 0
/srv/x /srv/y none bind 0 0
tmpfs /tmp tmpfs defaults 0 0
/dev/sdz1`;

test('fstab: first fields of local file systems and swap; never tags, md, mapper, sr, fd, discs, nfs, bind', () => {
  assert.deepEqual(
    usesIn(FSTAB, fstab).map(({ device, point, types }) => [device, point, types?.join()]),
    [
      ['/dev/sda1', '/', 'ext4'],
      ['/dev/sda2', null, 'swap,swsuspend'],
      ['/dev/sdb1', '/srv/a b', 'ext4'],
    ],
  );
});

test("fstab: libmount's own parser finds every other field as it was", () => {
  const folder = freshFolder();
  const parsed = (text: string): string[][] => {
    writeFileSync(`${folder}/fstab`, text);
    const json = execFileSync(
      'findmnt',
      ['--tab-file', `${folder}/fstab`, '--json', '--list', '--output', 'SOURCE,TARGET,FSTYPE,OPTIONS,FREQ,PASSNO'],
      { encoding: 'utf8' },
    );
    return JSON.parse(json).filesystems.map((row: Record<string, string>) => Object.values(row).map(String));
  };
  const valid = FSTAB.slice(0, FSTAB.lastIndexOf('\n') + 1);
  const [before, after] = [parsed(valid), parsed(fstab(valid, marked))];
  assert.equal(before.length, 13);
  assert.deepEqual(
    after.map(([, ...rest]) => rest),
    before.map(([, ...rest]) => rest),
  );
  assert.deepEqual(
    after.map(([source = '']) => source).filter(source => source.startsWith('UUID=0000')),
    ['UUID=0000-sda1-0000', 'UUID=0000-sda2-0000', 'UUID=0000-sdb1-0000'],
  );
});

test('/etc/default/grub: a shell reads the new values', () => {
  const text = `GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX="resume=/dev/sda2 root=/dev/sda1 console=ttyS0"\nGRUB_CMDLINE_LINUX_DEFAULT='quiet'
GRUB_DEVICE="/dev/sda1" # the root\nOTHER="resume=/dev/sda2"\n`;
  const after = grubDefaults(text, marked);
  const said = execFileSync('sh', ['-c', `${after}\necho "$GRUB_CMDLINE_LINUX|$GRUB_DEVICE|$OTHER"`], {
    encoding: 'utf8',
  });
  assert.equal(
    said,
    'resume=UUID=0000-sda2-0000 root=UUID=0000-sda1-0000 console=ttyS0|/dev/disk/by-uuid/0000-sda1-0000|resume=/dev/sda2\n',
  );
});

test('grub.cfg: a kernel without an initramfs understands no UUID of a file system', () => {
  const text = `menuentry 'a' {
\tlinux\t/vmlinuz root=/dev/sda1 ro
\tinitrd\t/initrd.img
}
menuentry 'b' {
\tlinux\t/vmlinuz root=/dev/sda1 ro
}
menuentry 'c' {
\tlinux\t/vmlinuz root=/dev/sda1 ro
\tinitrd\t/initrd.img
}
`;
  assert.deepEqual(
    usesIn(text, grubConfiguration).map(({ tags }) => tags.join()),
    ['UUID,PARTUUID', 'PARTUUID', 'UUID,PARTUUID'],
  );
  const rewritten = `${freshFolder()}/grub.cfg`;
  writeFileSync(rewritten, grubConfiguration(text, marked));
  execFileSync('grub-script-check', [rewritten]);
});

test('crypttab: the second field; LUKS, or a partition without any header', () => {
  const text =
    'cryptroot /dev/sda3 none luks,discard\n# x /dev/sda4\nswap\t/dev/sda5 /dev/urandom swap\ny UUID=1 none\nz /dev/mapper/q\n';
  assert.deepEqual(
    usesIn(text, crypttab).map(({ device }) => device),
    ['/dev/sda3', '/dev/sda5'],
  );
});
