/** The shipped JSON Schemas against what the program really prints and publishes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { put } from './kernel/machine.ts';
import { document, makeDisc } from './ovfenv/fixture.ts';
import { appliance, powerOn } from './pass/appliance.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const folder = fileURLToPath(new URL('../schemas', import.meta.url));
const schemas = new Map(
  readdirSync(folder).map(name => [name.replace('.json', ''), JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'))]),
);

type Schema = Record<string, unknown>;
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

/** The same with every field it does not name forbidden: here, not for users, whose checks must survive a field that is added. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed);
  if (!isSchema(schema)) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'required' in schema && 'properties' in schema ? { ...inner, additionalProperties: false } : inner;
};

const assertValid = (name: string, value: unknown, what: string): void => {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  const valid = ajv.validate(closed(schemas.get(name)) as Schema, value);
  assert.ok(valid, `${what}: ${ajv.errorsText()}\n${JSON.stringify(value)}`);
};

const envelope = `<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1"><VirtualSystem><ProductSection class="a" instance="b">
  <Category>C</Category><Property key="k" type="string" qualifiers="ValueMap{&quot;a&quot;}" value="a"><Label>L</Label></Property>
  <Property key="n" type="int" qualifiers="MinLen(1) MaxLen(9) MinValue(1) MaxValue(2)" password="true"/>
</ProductSection></VirtualSystem></Envelope>`;

test('each document the program prints or publishes is what its schema says, and nothing more', t => {
  const root = appliance();
  const json = (...args: string[]): unknown => {
    const { stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args, '--json', '--root', root], {
      encoding: 'utf8',
    });
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout);
  };
  const published = (name: string): unknown => JSON.parse(readFileSync(`${root}/run/enlighten/${name}.json`, 'utf8'));
  powerOn(root, 'b1');
  put(root, '/dev/sr0', readFileSync(makeDisc(t, { 'ovf-env.xml': document })));
  put(root, '/sys/block/sr0/ro', '1\n');
  assertValid('status', json('status'), 'status before the first pass');
  assertValid('plan', json('plan'), 'plan before the first pass');
  assertValid('env', json('env', 'show', '--reveal'), 'env show --reveal');
  assertValid('prepare', json('prepare', '--check'), 'prepare --check');
  put(root, '/etc/enlighten/appliance.ovf', envelope);
  spawnSync(process.execPath, [MAIN, 'boot', '--root', root]);
  for (const [name, args] of Object.entries({
    detect: ['detect'],
    resources: ['resources'],
    env: ['env', 'show'],
    plan: ['plan'],
    status: ['status'],
  })) {
    assertValid(name, json(...args), args.join(' '));
  }
  for (const [name, file] of Object.entries({
    detect: 'detection',
    env: 'environment',
    plan: 'plan',
    status: 'status',
  })) {
    assertValid(name, published(file), file);
  }
});

test('a schema refuses what it should', () => {
  assert.throws(() => assertValid('env', { schemaVersion: 1 }, 'half a document'), /must have required property/);
  assert.throws(() => assertValid('plan', { schemaVersion: 2, profile: '', steps: [] }, 'another version'), /constant/);
});
