/** Is this parsed JSON an Environment we stored? Checked by hand: an unchanged boot loads no schema library. */
import { type Check, isObject, listOf, mapOf, orNull, record, text, truth, whole } from '../shape.ts';
import type { Declaration, Qualifiers } from './descriptor/declaration.ts';
import type { Environment } from './environment.ts';

const qualifiers: Record<keyof Qualifiers, Check> = {
  minLen: orNull(whole),
  maxLen: orNull(whole),
  valueMap: orNull(listOf(text)),
  minValue: orNull(text),
  maxValue: orNull(text),
  vmware: orNull(text),
};

const declaration: Record<keyof Declaration, Check> = {
  type: orNull(text),
  default: orNull(text),
  qualifiers: record(qualifiers),
  userConfigurable: truth,
  password: truth,
  class: orNull(text),
  key: text,
  instance: orNull(text),
  label: orNull(text),
  description: orNull(text),
  category: orNull(text),
};

const environment: Record<keyof Environment, Check> = {
  kind: value => value === 'ovf' || value === 'azure',
  transport: text,
  source: text,
  stale: truth,
  id: orNull(text),
  platform: orNull(
    record({
      kind: orNull(text),
      version: orNull(text),
      vendor: orNull(text),
      locale: orNull(text),
      timezone: orNull(whole),
    }),
  ),
  properties: mapOf(text),
  declarations: mapOf(record(declaration)),
  passwords: listOf(text),
  peers: listOf(record({ id: text, properties: mapOf(text) })),
  adapters: listOf(record({ mac: text, network: text, unitNumber: orNull(whole) })),
  vmware: orNull(record({ vCenterId: orNull(text), esxId: orNull(text) })),
  files: listOf(text),
  notices: listOf(record({ code: text, subject: text, happened: text, remedy: text })),
};

const isEnvironment = record(environment);

/** What last.ts stores. */
export interface Stored {
  schemaVersion: 1;
  /** Of the raw document. */
  sha256: string;
  environment: Environment;
}

export const isStored = (value: unknown): value is Stored =>
  isObject(value) &&
  value['schemaVersion'] === 1 &&
  typeof value['sha256'] === 'string' &&
  /^[0-9a-f]{64}$/.test(value['sha256']) &&
  isEnvironment(value['environment']);

/** Written by a newer enlighten, whatever else it holds. */
export const isNewer = (value: unknown): boolean =>
  isObject(value) && whole(value['schemaVersion']) && Number(value['schemaVersion']) > 1;
