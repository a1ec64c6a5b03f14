/**
 * A Detection as an argument a person would make: what this is, what was seen and for what it speaks, which rule decided and
 * why it is trusted, and what was overruled and why. Pure; the terminal only sets it.
 */
import type { Detection, Evidence } from './detection.ts';
import { hypervisorNames, modeNames, nameOf, platformNames } from './names.ts';
import { ruleNamed } from './policy.ts';
import { whyNot } from './rivals.ts';
import { clauseOf } from './saying.ts';

/** Whole sentences, part by part; a part without anything to say is empty. */
export interface Argument {
  /** What this is: the first thing somebody wants to know. */
  verdict: string[];
  seen: string[];
  decided: string[];
  overruled: string[];
  /** Where the verdict is inferred: what would make it surer, and what to do if it is wrong. */
  doubt: string[];
}

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

/** `a`, `a and b`, `a, b and c` */
const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

const machineOf = ({ virtualized, hypervisor, mode, certainty }: Detection): string => {
  const is = certainty === 'certain' ? 'This is' : 'This is most likely';
  if (mode === 'dom0')
    return `${is} dom0, the domain that controls Xen${virtualized ? '; Xen itself runs inside another hypervisor' : ''}`;
  if (mode === 'root') return `${is} the root partition of Hyper-V, which owns the hardware and is no guest`;
  if (hypervisor === 'none') return `${is} bare metal`;
  if (hypervisor === 'lpar') return `${is} a logical partition of a mainframe or server`;
  const kind = mode === null ? 'virtual machine' : `${modeNames[mode]} virtual machine`;
  return `${is} a ${kind} under ${hypervisorNames[hypervisor]}`;
};

const verdictOf = (detection: Detection): string[] => {
  const { platform, container, buses } = detection;
  const on = platform === null ? '' : `, on ${platformNames[platform]}`;
  const within =
    container === null ? [] : [`this process runs in a container there (${container}), where the agent does nothing`];
  const drivers =
    buses.length === 0
      ? 'no bus with devices was seen'
      : `the buses with devices are ${listed(buses)}; drivers follow the buses, not the name`;
  return [`${machineOf(detection)}${on}`, ...within, drivers].map(sentence);
};

const named = (probe: string, word: string): string =>
  probe === 'container' ? (word === 'other' ? 'some container' : `the container ${word}`) : nameOf(word);

/** Evidence of the same source is one observation, whatever it speaks for. */
const observations = (evidence: readonly Evidence[]): string[] => {
  const clauses = evidence.map(clauseOf);
  return [...new Set(clauses)].map(clause => {
    const same = evidence.filter((_, index) => clauses[index] === clause);
    const words = same.flatMap(({ probe, supports }) => (supports === null ? [] : named(probe, supports)));
    return sentence(words.length === 0 ? clause : `${clause}, which speaks for ${listed([...new Set(words)])}`);
  });
};

/** Firmware strings that speak for nothing are told together. */
const firmwareBesides = (evidence: readonly Evidence[]): string[] => {
  const silent = evidence.filter(({ probe, supports }) => probe === 'dmi' && supports === null);
  const strings = silent.map(({ source, value }) => `${source.split('/').at(-1)} "${value}"`);
  return strings.length === 0 ? [] : [sentence(`the firmware also says, naming no hypervisor: ${strings.join(', ')}`)];
};

const seenIn = ({ evidence }: Detection): string[] => {
  const told = evidence.filter(({ probe, supports }) => probe !== 'buses' && (probe !== 'dmi' || supports !== null));
  const all = [...observations(told), ...firmwareBesides(evidence)];
  return all.length === 0 ? ['Nothing that any probe looks for could be read.'] : all;
};

const LEFTOVER =
  'this process lives in the first PID namespace of the machine, on a whole file system; the mark was left in a tree from which the machine was made.';
const OTHER_CONTAINER = 'another manager names itself in a place that is asked first.';
const FIRST_PLATFORM = 'another platform is named too, and comes first in the table of platforms.';

/** Platforms and containers are answers beside the hypervisor's, and have their own reasons. */
const reasonAgainst = (probe: string, word: string, { rule, hypervisor, container }: Detection): string => {
  if (probe === 'container') return container === null ? LEFTOVER : OTHER_CONTAINER;
  if (Object.hasOwn(platformNames, word)) return FIRST_PLATFORM;
  return whyNot(word, hypervisor) ?? ruleNamed(rule).against;
};

/** One entry for each word that lost, with all that spoke for it. */
const overruledIn = (detection: Detection): string[] => {
  const losers = Map.groupBy(detection.overruled, ({ probe, supports }) => named(probe, supports ?? ''));
  return [...losers].map(([name, evidence]) => {
    const { probe = '', supports = null } = evidence[0] ?? {};
    const clauses = [...new Set(evidence.map(clauseOf))];
    return `Not ${name}, although ${listed(clauses)}: ${reasonAgainst(probe, supports ?? '', detection)}`;
  });
};

const doubtIn = ({ certainty, evidence, arch }: Detection): string[] => {
  if (certainty === 'certain') return [];
  const unread = /86/.test(arch ?? '') && !evidence.some(({ probe }) => probe === 'cpuid');
  const surer = unread ? ['CPUID was not read; as root, after `modprobe cpuid`, the answer may become certain.'] : [];
  return [
    ...surer,
    'If this is wrong, `enlighten.profile=NAME` on the kernel command line chooses the profile by hand.',
  ];
};

/** The whole argument for a verdict. */
export const argumentFor = (detection: Detection): Argument => ({
  verdict: verdictOf(detection),
  seen: seenIn(detection),
  decided: [ruleNamed(detection.rule).because],
  overruled: overruledIn(detection),
  doubt: doubtIn(detection),
});
