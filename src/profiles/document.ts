/**
 * One profile file: text in, a Profile or Notices with file, line and column out.
 * This file loads yaml and zod: import it dynamically.
 */
import { Composer, type Document, isMap, isScalar, isSeq, LineCounter, Parser, visit } from 'yaml';
import type { z } from 'zod';
import { saying } from '../errors.ts';
import type { Notice } from '../notices/notice.ts';
import { profileNotice } from '../notices/profiles.ts';
import { type Profile, profileSchema } from './schema.ts';

/** A mistake and the offset of the character it starts at. */
interface Misplaced {
  at: number;
  what: string;
}

/** Lines and columns count from 1, as editors do. */
export interface Mistake {
  line: number;
  column: number;
  /** What is wrong, and what is allowed. */
  what: string;
}

export interface ReadProfile {
  profile: Profile | null;
  notices: Notice[];
}

/** A screenful: whoever corrects these sees the others next time. */
const MAX_MISTAKES = 8;

/**
 * Every scalar is text (the failsafe schema): a profile's values are text in the kernel, too, and `no` is not false.
 * yaml's own check for duplicate keys compares each with each, seconds for 256 KiB of them: it is off and done here. For the same
 * reason Parser and Composer are called by hand: parseDocument() words every error anew from the start of the file, half a minute.
 */
const OPTIONS = { schema: 'failsafe', uniqueKeys: false, stringKeys: true } as const;

/** Anchors and repeated keys are YAML, but in a profile they are mistakes or an attack. */
const oddities = (document: Document): Misplaced[] => {
  const found: Misplaced[] = [];
  visit(document, {
    Alias: (_, node) => {
      found.push({ at: node.range?.[0] ?? 0, what: `*${node.source}: aliases are not allowed` });
    },
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push({ at: key.range?.[0] ?? 0, what: `${key.value} is there twice` });
        seen.add(key.value);
      }
    },
  });
  return found;
};

/** Where the innermost part of `path` that exists begins. */
const offsetOf = (document: Document, path: readonly PropertyKey[]): number => {
  let node: unknown = document.contents;
  let at = 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(item => isScalar(item.key) && item.key.value === key);
      if (pair === undefined || !isScalar(pair.key)) break;
      at = pair.key.range?.[0] ?? at;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      if (isMap(node) || isSeq(node) || isScalar(node)) at = node.range?.[0] ?? at;
    } else break;
  }
  return at;
};

const mistakeOf = (document: Document, issue: z.core.$ZodIssue): Misplaced => {
  const first = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const inner = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  const where = issue.path.map(String).join(' › ');
  return { at: offsetOf(document, [...issue.path, ...first]), what: where === '' ? inner : `${where}: ${inner}` };
};

const check = (text: string, lines: LineCounter): Profile | Misplaced[] => {
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const broken = tokens.find(token => token.type === 'error');
  if (broken !== undefined) return [{ at: broken.offset, what: broken.message }];
  const [document, second] = new Composer(OPTIONS).compose(tokens, true, text.length);
  if (second !== undefined) return [{ at: second.range[0], what: 'a profile file holds one document' }];
  if (document === undefined) return [{ at: 0, what: 'the file is empty' }];
  const [error] = document.errors;
  if (error !== undefined) return [{ at: error.pos[0], what: error.message }];
  const odd = oddities(document as Document);
  if (odd.length > 0) return odd;
  const parsed = profileSchema.safeParse(document.toJS());
  return parsed.success ? parsed.data : parsed.error.issues.map(issue => mistakeOf(document as Document, issue));
};

/** The profile this text is, or the first screenful of what is wrong with it. */
export const parseProfile = (text: string): Profile | Mistake[] => {
  const lines = new LineCounter();
  let found: Profile | Misplaced[];
  try {
    found = check(text, lines);
  } catch (error) {
    // Nested so deeply that the parser's stack ends.
    found = [{ at: 0, what: saying(error) }];
  }
  if (!Array.isArray(found)) return found;
  return found.slice(0, MAX_MISTAKES).map(({ at, what }) => {
    const { line, col } = lines.linePos(at);
    return { line: Math.max(line, 1), column: Math.max(col, 1), what };
  });
};

/**
 * Reads a profile.
 * @param file for the Notices: `/etc/enlighten/profiles.d/kvm.yaml`
 */
export const readProfile = (text: string, file: string): ReadProfile => {
  const found = parseProfile(text);
  if (!Array.isArray(found)) return { profile: found, notices: [] };
  const notices = found.map(({ line, column, what }) =>
    profileNotice('profile-invalid', `${file}:${line}:${column}`, what),
  );
  return { profile: null, notices };
};
