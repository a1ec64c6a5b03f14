/** Mustache for configuration: what names mean, and what no template and no deployer can do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fill } from '../../src/templates/fill.ts';
import type { Scalar, View } from '../../src/templates/view.ts';

const view = (
  scalars: Record<string, Scalar | null>,
  lists: Record<string, View[]> = {},
  secrets: string[] = [],
): View => ({
  scalars: new Map(Object.entries(scalars)),
  lists: new Map(Object.entries(lists)),
  secrets: new Set(secrets),
});

const filled = (template: string, of: View): string => {
  const result = fill(template, of);
  assert.ok('text' in result, JSON.stringify(result));
  return result.text;
};
const mistake = (template: string, of: View): string => {
  const result = fill(template, of);
  assert.ok('mistake' in result, JSON.stringify(result));
  return result.mistake;
};

test('names with dots are keys of properties; nothing is escaped for HTML', () => {
  const of = view({ 'property.shop.title': 'Tea & "Coffee" <1>', threads: 4, 'property.shop': 'x' });
  assert.equal(filled('{{property.shop.title}}|{{ threads }}|{{property.shop}}', of), 'Tea & "Coffee" <1>|4|x');
});

test('lines of tags alone leave no line behind; comments and other delimiters are Mustache’s', () => {
  const of = view({ 'property.tls': 'True', 'property.off': 'False', id: 'web' });
  const template =
    '{{! a note }}\n{{#property.tls}}\ntls on\n{{/property.tls}}\n{{^property.off}}\nplain\n{{/property.off}}\n{{#property.off}}\nno\n{{/property.off}}\n';
  assert.equal(filled(template, of), 'tls on\nplain\n');
  assert.equal(filled('{{=<% %>=}}{{ jinja }} <% id %>', of), '{{ jinja }} web');
});

test('a property that is absent is no mistake in a section; every other name is, and every value that is wanted', () => {
  const of = view({ platform: null, id: 'web' }, { peers: [] });
  assert.equal(filled('{{#property.proxy}}proxy={{property.proxy}}{{/property.proxy}}.', of), '.');
  assert.equal(filled('{{#platform}}on {{platform}}{{/platform}}.', of), '.');
  assert.equal(mistake('{{property.proxy}}', of), 'property.proxy does not exist');
  assert.equal(mistake('{{platform}}', of), 'platform is unknown here');
  assert.equal(mistake('{{#proprety.proxy}}{{/proprety.proxy}}', of), 'proprety.proxy does not exist');
  assert.equal(mistake('{{peers}}', of), 'peers is a list');
  assert.equal(mistake('{{>other}}', of), '{{>other}}: there are no partials');
  for (const name of ['constructor', '__proto__', 'toString', 'property.__proto__'])
    assert.match(mistake(`{{${name}}}`, of), /does not exist/);
});

test('lists: each with its own names first, then those around it', () => {
  const peers = [view({ id: 'db', 'property.port': '1' }), view({ id: 'cache' })];
  const of = view({ id: 'web', 'property.port': '80', hypervisor: 'kvm' }, { peers });
  assert.equal(filled('{{#peers}}{{id}}:{{property.port}}@{{hypervisor}} {{/peers}}', of), 'db:1@kvm cache:80@kvm ');
  assert.equal(filled('{{^peers}}alone{{/peers}}', view({}, { peers: [] })), 'alone');
});

test('a value of several lines comes in only where it is asked for', () => {
  const of = view({ 'property.pem': 'a\nroot = yes', 'property.tab': 'a\tb' });
  assert.match(mistake('key = {{property.pem}}', of), /more than one line/);
  assert.equal(filled('{{{property.pem}}}|{{&property.pem}}', of), 'a\nroot = yes|a\nroot = yes');
  assert.equal(filled('{{property.tab}}', of), 'a\tb');
  for (const end of ['\n', '\r', '\0', '\u2028', '\u0085', '\x1b[2J'])
    assert.match(mistake('{{property.x}}', view({ 'property.x': `a${end}b` })), /more than one line/);
});

test('a secret is noticed wherever it has a part, also in a condition', () => {
  const of = view({ 'property.password': 's3cret', id: 'web' }, {}, ['property.password']);
  const secret = (template: string): boolean => {
    const result = fill(template, of);
    return 'secret' in result && result.secret;
  };
  assert.ok(secret('{{property.password}}'));
  assert.ok(secret('{{#property.password}}with{{/property.password}}'));
  assert.ok(secret('{{^property.password}}without{{/property.password}}'));
  assert.ok(!secret('{{id}}'));
});

test('a mistake names names, and never a value', () => {
  const of = view({ 'property.password': 'two\nplanted01' }, {}, ['property.password']);
  assert.doesNotMatch(mistake('{{property.password}}', of), /planted/);
});

test('templates that are none of Mustache’s', () => {
  for (const template of ['{{#a}}', '{{/a}}', '{{a', '{{#a}}{{#b}}{{/a}}{{/b}}', '{{=x}}'])
    assert.ok(mistake(template, view({})));
});

test('lists within lists within lists, as long as a deployer likes, end', () => {
  const peers = Array.from({ length: 5000 }, (_, at) => view({ id: `${at}` }));
  const nested = `${'{{#peers}}'.repeat(4)}x${'{{/peers}}'.repeat(4)}`;
  for (const template of [nested, nested.replace('x', ''), `{{#peers}}${'long'.repeat(1000)}{{/peers}}`])
    assert.match(mistake(template, view({}, { peers })), /more than 1048576 characters/);
});

test('sections within each other, however deep, end', () => {
  const deep = (levels: number): string => `${'{{#id}}'.repeat(levels)}x${'{{/id}}'.repeat(levels)}`;
  assert.equal(filled(deep(63), view({ id: 'web' })), 'x');
  assert.match(mistake(deep(64), view({ id: 'web' })), /more than 64 deep/);
  assert.match(mistake(deep(15_000), view({ id: 'web' })), /more than 64 deep/);
});

test('property: a value comes out as it went in, and nothing in it is taken for a template', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), value => {
      assert.equal(filled('[{{{property.x}}}]', view({ 'property.x': value })), `[${value}]`);
    }),
  );
  assert.equal(
    filled('{{property.x}}', view({ 'property.x': '{{property.y}}', 'property.y': 'no' })),
    '{{property.y}}',
  );
});

test('property: whatever the template, there is a text or a mistake', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('{{', '}}', '{{{', '}}}', '{{#', '{{/', '{{^', '{{>', '{{=', '=}}', 'id', '{{&', '\n'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
      const result = fill(pieces.join(''), view({ id: 'web' }));
      assert.ok('text' in result || result.mistake !== '');
    }),
    { numRuns: 500 },
  );
});
