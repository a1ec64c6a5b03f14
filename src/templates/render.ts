/** One template, read, filled in and placed: what its file should be. Changes nothing. */
import { createHash } from 'node:crypto';
import { saying } from '../errors.ts';
import type { Bytes, Guest, Owner, Path } from '../guest/guest.ts';
import type { Notice } from '../notices/notice.ts';
import { templateNotice } from '../notices/templates.ts';
import type { Spoken } from '../profiles/expression.ts';
import { isTrusted, ownerOf, placeOf } from './place.ts';
import { type Follower, readTemplate, type Template } from './template.ts';
import { type Scalar, type View, withValues } from './view.ts';

export const TEMPLATES: Path = '/etc/enlighten/templates.d';
const MAX_TEMPLATE: Bytes = 64 * 1024;

/** A file as it should be. */
export interface Rendered {
  path: Path;
  content: Buffer;
  /** Permission bits. */
  mode: number;
  /** Null: of whoever writes it. */
  owner: Owner | null;
  follower: Follower | null;
  notices: Notice[];
}

export type Rendering = { rendered: Rendered } | { notice: Notice };

const DEFAULT_MODE = 0o644;
const SECRET_MODE = 0o600;

const asNumber = (value: Scalar | null | undefined): number | null => (typeof value === 'number' ? value : null);
const asText = (value: Scalar | null | undefined): string => (typeof value === 'string' ? value : '');

/** Expressions speak of what there is to build on: `memory` and `cpus` are those of the README's formula. */
const computed = async (view: View, values: Template['values']): Promise<View | { mistake: string }> => {
  const { compute } = await import('../profiles/expression.ts');
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (view.scalars.has(name) || view.lists.has(name)) return { mistake: `the name ${name} is taken` };
    const result = value.startsWith('=') ? compute(value, factsOf(view)) : { text: value };
    if ('failed' in result) return { mistake: `${name}: ${result.failed}` };
    texts[name] = result.text;
  }
  return withValues(view, texts);
};

const factsOf = ({ scalars }: View): Spoken => ({
  memory: asNumber(scalars.get('memory')),
  cpus: asNumber(scalars.get('threads')) ?? 1,
  detection: { hypervisor: asText(scalars.get('hypervisor')), platform: asText(scalars.get('platform')) },
  runningRelease: asText(scalars.get('kernel')),
});

const read = async (guest: Guest, file: Path): Promise<{ template: Template } | { mistake: string }> => {
  const stat = await guest.stat(file);
  if (stat?.kind !== 'file') return { mistake: 'it is no file' };
  if (!(await isTrusted(guest, stat))) return { mistake: 'others than root may write to it' };
  try {
    const content = await guest.read(file, MAX_TEMPLATE);
    return content === null ? { mistake: 'it is gone' } : readTemplate(content.toString('utf8'));
  } catch (error) {
    return { mistake: saying(error) };
  }
};

/** What a secret has a part in is its owner's and group's alone; where nobody took care of that, its owner's. */
const modeOf = (file: Path, wanted: number, secret: boolean): Pick<Rendered, 'mode' | 'notices'> =>
  secret && (wanted & 0o007) !== 0
    ? { mode: SECRET_MODE, notices: [templateNotice('template-secret', file, wanted.toString(8))] }
    : { mode: wanted, notices: [] };

/** Loads libraries. A mistake is a Notice, and the file stays as it is. */
export const render = async (guest: Guest, file: Path, view: View): Promise<Rendering> => {
  const failed = (mistake: string): Rendering => ({ notice: templateNotice('template-not-rendered', file, mistake) });
  const found = await read(guest, file);
  if ('mistake' in found) return failed(found.mistake);
  const { template } = found;
  const place = await placeOf(guest, template);
  if ('mistake' in place) return failed(place.mistake);
  const whose = await ownerOf(guest, template, place.stat);
  if ('mistake' in whose) return failed(whose.mistake);
  const names = await computed(view, template.values);
  if ('mistake' in names) return failed(names.mistake);
  const { fill } = await import('./fill.ts');
  const filled = fill(template.body, names);
  if ('mistake' in filled) return failed(filled.mistake);
  // A new file with a secret in it is private without a word; one that is there, or was declared otherwise, with one.
  const fresh = filled.secret ? SECRET_MODE : DEFAULT_MODE;
  const { mode, notices } = modeOf(file, template.mode ?? place.stat?.mode ?? fresh, filled.secret);
  const { path } = place;
  const content = Buffer.from(filled.text);
  return { rendered: { path, content, mode, owner: whose.owner, follower: template.follower, notices } };
};

export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
