/** Everything that must hold, in the order of the matrix's columns. */
import type { Requirement } from '../requirement.ts';
import { clock } from './clock.ts';
import { console } from './console.ts';
import { disk } from './disk.ts';
import { efi } from './efi.ts';
import { extras } from './extras.ts';
import { identity } from './identity.ts';
import { kernel } from './kernel.ts';
import { loader } from './loader.ts';
import { names } from './names.ts';
import { nic } from './nic.ts';
import { tools } from './tools.ts';
import { trial } from './trial.ts';
import { universal } from './universal.ts';

export const requirements: readonly Requirement[] = [
  ...[disk, nic, kernel, names, loader, efi, console, clock, trial, tools, extras],
  ...[universal, identity],
];
