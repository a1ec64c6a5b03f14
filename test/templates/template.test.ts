/** The head of a template: every key, every mistake, any bytes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readTemplate } from '../../src/templates/template.ts';

const withHead = (head: string, body = 'x\n'): string => `---\n${head}\n---\n${body}`;
const mistakeOf = async (text: string): Promise<string | null> => {
  const read = await readTemplate(text);
  return 'mistake' in read ? read.mistake : null;
};

test('everything a head can say; the body begins behind it, whatever it begins with', async () => {
  const head =
    'target: /etc/shop/shop.yaml\nowner: shop\ngroup: "1000"\nmode: 0640\nreload: shop.service\nvalues:\n  heap: = memory / 2\n  name: x';
  assert.deepEqual(await readTemplate(withHead(head, '---\na: 1\n---\nb: 2\n')), {
    template: {
      target: '/etc/shop/shop.yaml',
      owner: 'shop',
      group: '1000',
      mode: 0o640,
      follower: { act: 'reload', unit: 'shop.service' },
      values: { heap: '= memory / 2', name: 'x' },
      body: '---\na: 1\n---\nb: 2\n',
    },
  });
  const least = await readTemplate('---\ntarget: /x\n---\n');
  assert.deepEqual('template' in least && least.template, {
    target: '/x',
    owner: null,
    group: null,
    mode: null,
    follower: null,
    values: {},
    body: '',
  });
});

test('mistakes are told with what is allowed', async () => {
  const cases: [head: string, says: RegExp][] = [
    ['owner: x', /no target/],
    ['target: etc/x', /target is not an absolute path/],
    ['target: /etc/../x', /target is not/],
    ['target: /etc/./x', /target is not/],
    ['target: /etc//x', /target is not/],
    ['target: [/a, /b]', /target is a list/],
    ['target: /x\nmode: 4755', /mode is not three octal digits/],
    ['target: /x\nmode: rw', /mode is not/],
    ['target: /x\nmod: 0644', /mod is not known; allowed: target/],
    ['target: /x\nreload: --all', /reload is not a unit/],
    ['target: /x\nreload: shop', /reload is not a unit/],
    ['target: /x\nreload: a.service\nrestart: a.service', /both/],
    ['target: /x\nowner: a:b', /owner is not a user/],
    ['target: /x\nvalues: {9: x}', /values.9 is not known/],
    ['target: "/x', /no YAML at line/],
    ['- /x', /no map/],
    ['a: &a [x]\ntarget: *a', /no YAML at/],
  ];
  for (const [head, says] of cases) assert.match((await mistakeOf(withHead(head))) ?? 'none', says, head);
  for (const text of ['', 'target: /x', '\n---\ntarget: /x\n---\n', '---\ntarget: /x\n'])
    assert.match((await mistakeOf(text)) ?? 'none', /between two lines ---/, text);
});

test('property: any text is a template or a mistake', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.string().map(head => withHead(head)),
      ),
      async text => {
        const read = await readTemplate(text);
        assert.ok('template' in read || read.mistake !== '');
      },
    ),
  );
});
