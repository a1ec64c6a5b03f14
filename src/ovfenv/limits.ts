/** How much of a document from outside is looked at; beyond that it is refused. */
import type { Bytes } from '../guest/guest.ts';

/**
 * One environment document. vSphere's whole virtual machine configuration, which the document is part of, is 1 MiB
 * unless somebody raised `tools.setInfo.sizeLimit`; documents of more than 100 KB are real.
 */
export const largestDocument: Bytes = 1024 * 1024;

/** DSP8027 needs four levels, Azure's document nine. */
export const deepestElement = 32;

/** A Property takes some fifty bytes: more elements than this do not come out of any descriptor. */
export const mostElements = 20_000;
