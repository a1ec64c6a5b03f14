/**
 * VirtualBox's guest properties through a VBoxControl that is composed from its source (VBoxControl.cpp, getGuestProperty
 * and the usage of `guestproperty`): the Guest Additions run on VirtualBox alone and are not in Debian.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openGuest } from '../../src/guest/open.ts';
import { vbox, vboxPropertiesOf } from '../../src/ovfenv/transports/vbox.ts';
import { folderWith } from '../detect/folder.ts';
import { document } from './fixture.ts';

/** `Value: ` and the value, or `No value set!` and exit code 1; a property is a file whose slashes are %. */
const control = (properties: string): string => `#!/bin/sh
[ "$1" = --nologo ] && [ "$2" = guestproperty ] && [ $# = 4 ] || exit 2
file="${properties}/$(echo "$4" | /usr/bin/tr / %)"
case $3 in
  get) [ -e "$file" ] || { echo 'No value set!'; exit 1; }
       printf 'Value: '; /bin/cat "$file"; echo ;;
  delete) [ ! -e "$file.readonly" ] || { echo 'VBoxControl: error: VERR_PERMISSION_DENIED' >&2; exit 1; }
       /bin/rm -f "$file" ;;
  *) exit 2 ;;
esac
`;

/** A machine with these properties, or with this program in VBoxControl's place. */
const machine = (t: TestContext, properties: [string, string | Buffer][], program?: string) => {
  const files = Object.fromEntries(properties.map(([name, value]) => [`/set/${name.replaceAll('/', '%')}`, value]));
  const folder = folderWith(t, { files, folders: ['/set', '/bin'] });
  const set = join(folder, 'set');
  writeFileSync(join(folder, 'bin/VBoxControl'), program ?? control(set), { mode: 0o755 });
  const path = process.env['PATH'];
  process.env['PATH'] = join(folder, 'bin');
  t.after(() => {
    process.env['PATH'] = path;
  });
  return { guest: openGuest('/'), names: () => readdirSync(set).sort(), set };
};

const nothing = { found: null, notices: [] };

test('one property, with its line feeds and its characters', async t => {
  const text = `${document}<!-- ü€😀 -->\n\n`;
  const { guest } = machine(t, [['/OVF/Environment', text]]);
  const { found, notices } = await vbox.fetch(guest);
  assert.deepEqual(notices, []);
  assert.equal(found?.document.toString(), text);
  assert.equal(found?.source, '/OVF/Environment');
});

test('pieces of at most 1 KiB, put together in their order', async t => {
  const properties = vboxPropertiesOf(Buffer.from(`${document}<!-- ${'ü€😀'.repeat(1000)} -->`));
  assert.ok(properties.length > 10 && properties.every(([, value]) => Buffer.byteLength(value) <= 1024));
  const { found } = await vbox.fetch(machine(t, properties).guest);
  assert.equal(found?.document.toString(), properties.map(([, value]) => value).join(''));
});

test('no property, an empty one, no driver and no Guest Additions are nothing', async t => {
  assert.deepEqual(await vbox.fetch(machine(t, []).guest), nothing);
  assert.deepEqual(await vbox.fetch(machine(t, [['/OVF/Environment', '']]).guest), nothing);
  const noDriver = '#!/bin/sh\necho "VBoxControl: error: Could not contact the host system." >&2\nexit 1\n';
  assert.deepEqual(await vbox.fetch(machine(t, [], noDriver).guest), nothing);
  assert.deepEqual(await vbox.fetch(openGuest(folderWith(t, {}))), nothing);
});

test('a VBoxControl that hangs is a Notice', async t => {
  const { found, notices } = await vbox.fetch(machine(t, [], '#!/bin/sh\nexec /bin/sleep 60\n').guest);
  assert.equal(found, null);
  assert.match(notices[0]?.happened ?? '', /no answer within 5 s/);
});

test('scrub deletes the document and nothing else, and says so when the host keeps it', async t => {
  const properties = vboxPropertiesOf(Buffer.from(document));
  const { guest, names } = machine(t, [...properties, ['/OVF/Other', 'kept']]);
  const { found } = await vbox.fetch(guest);
  assert.ok(found);
  assert.equal(await vbox.scrub?.(guest, found), true);
  assert.deepEqual(names(), ['%OVF%Other']);
  const kept = machine(t, [
    ['/OVF/Environment', document],
    ['/OVF/Environment.readonly', ''],
  ]);
  assert.equal(await vbox.scrub?.(kept.guest, found), false);
  assert.equal(readFileSync(join(kept.set, '%OVF%Environment'), 'utf8'), document);
});
