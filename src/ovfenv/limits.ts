/**
 * How much of a document from outside is looked at; beyond that it is refused, before any parser sees it. The appliance's own
 * descriptor is bounded by the same. (README, "Limits")
 */
import type { Bytes } from '../guest/guest.ts';

/**
 * One environment document. vSphere's whole virtual machine configuration, which the document is part of, is 1 MiB
 * unless somebody raised `tools.setInfo.sizeLimit`; documents of more than 100 KB are real.
 */
export const largestDocument: Bytes = 1024 * 1024;

/** DSP8027 needs four levels, Azure's document nine. */
export const deepestElement = 32;

/**
 * Elements, comments, CDATA sections and processing instructions together. A vApp of vCloud has at most 128 machines: that leaves
 * each of them 78 properties, where each lists those of all the others.
 */
export const mostNodes = 10_000;

/** A Property has two, an Adapter three; namespace declarations count, too. */
export const mostAttributes = 30_000;

/** Characters in the name of an element or attribute; vendors' own are shorter than 64. */
export const longestName = 256;

/** A file beside the document on its disc: a package of a kernel; Debian's generic one has 70 MiB. */
export const largestCompanion: Bytes = 512 * 1024 * 1024;
