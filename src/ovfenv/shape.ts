/** Is this parsed JSON an Environment we stored? Checked by hand: an unchanged boot loads no schema library. */
import { type Check, isObject, listOf, mapOf, orNull, record, text, truth, whole } from '../shape.ts';
import type { Environment } from './environment.ts';

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
  declarations: isObject,
  peers: listOf(record({ id: text, properties: mapOf(text) })),
  adapters: listOf(record({ mac: text, network: text, unitNumber: orNull(whole) })),
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
