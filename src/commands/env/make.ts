import { basename } from 'node:path';
import { type Invocation, printJson } from '../../cli.ts';
import { EnlightenError } from '../../errors.ts';
import { inOneLine } from '../../notices/notice.ts';
import { readDocument } from '../../ovfenv/document.ts';
import { largestCompanion } from '../../ovfenv/limits.ts';
import { makeDocument } from '../../ovfenv/make/document.ts';
import { type MediumName, media } from '../../ovfenv/make/media.ts';
import type { Made } from '../../ovfenv/make/medium.ts';
import { fetchFile } from '../../ovfenv/transports/file.ts';
import { describeMade } from '../../terminal/made.ts';
import type { Form } from '../form.ts';
import { listOf, pathOf, wishesOf, wishesOptions } from './wishes.ts';

const channels = ['fw-cfg', 'smbios', 'kvp', 'xenstore'] as const satisfies MediumName[];

const refused = (on: string, happened: string): EnlightenError =>
  new EnlightenError('usage', { tried: 'write', on, happened });

/** Whatever a reader would refuse is refused here, where somebody can still change it. */
const readable = async (document: string): Promise<string> => {
  const read = await readDocument({ transport: 'file', source: 'the document', document: Buffer.from(document) });
  if ('environment' in read) return document;
  throw refused('the document', inOneLine(read.refused));
};

const mediumOf = ({ options }: Invocation, output: string | undefined): MediumName => {
  const [channel, other] = channels.filter(name => options[name] === true);
  if (other !== undefined) throw refused(`--${channel} and --${other}`, 'one of them at a time');
  if (channel !== undefined && output === undefined)
    throw refused(
      `--${channel}`,
      'it needs --output FILE: the properties go there, and only how to hand them over is printed',
    );
  return channel ?? (output?.endsWith('.iso') ? 'iso' : 'document');
};

/** What lies beside the document on a disc, by name. */
const companionsOf = async (invocation: Invocation, medium: MediumName): Promise<Map<string, Buffer>> => {
  const companions = new Map<string, Buffer>();
  for (const file of listOf(invocation, 'ovffile')) {
    if (medium !== 'iso')
      throw refused(`--ovffile ${file}`, 'only a disc (--output NAME.iso) has room beside the document');
    const name = basename(file);
    if (companions.has(name)) throw refused(`--ovffile ${file}`, `there are two files named ${name}`);
    companions.set(name, (await fetchFile(invocation.guest, pathOf(invocation, file), largestCompanion)).document);
  }
  return companions;
};

/** A device or a folder is never replaced by a file. */
const write = async ({ guest }: Invocation, { files }: Made): Promise<void> => {
  for (const { path } of files) {
    const there = await guest.stat(path);
    if (there !== null && there.kind !== 'file') throw refused(path, `there is a ${there.kind}, which is not replaced`);
  }
  for (const { path, content } of files) await guest.replace(path, content, 0o600);
};

/** Properties as a document on standard output, or on the medium an operator hands to a virtual machine. */
export const make: Form = {
  usage: [
    'env make [--id ID] [--descriptor FILE] [--set KEY=VALUE | --set-file KEY=FILE | --peer ID:KEY=VALUE | KEY=VALUE] …',
    'env make … --output FILE.xml | --output FILE.iso [--ovffile FILE …]',
    `env make … ${channels.map(name => `--${name}`).join(' | ')} --output FILE`,
  ].join('\n'),
  words: 1000,
  options: {
    ...wishesOptions,
    output: { type: 'string', short: 'o' },
    ovffile: { type: 'string', multiple: true },
    ...Object.fromEntries(channels.map(name => [name, { type: 'boolean' }])),
  },
  async run(invocation) {
    const { output } = invocation.options;
    const file = typeof output === 'string' ? pathOf(invocation, output) : undefined;
    const medium = mediumOf(invocation, file);
    const companions = await companionsOf(invocation, medium);
    const document = await readable(makeDocument(await wishesOf(invocation)));
    if (file === undefined) {
      if (invocation.json) printJson(invocation, { schemaVersion: 1, document });
      else invocation.print(document);
      return 0;
    }
    const made = media[medium]({ document, file, companions });
    await write(invocation, made);
    const { files, handOver } = made;
    if (invocation.json) printJson(invocation, { schemaVersion: 1, files: files.map(({ path }) => path), handOver });
    else invocation.print(describeMade(made));
    return 0;
  },
};
