import { resolve } from 'node:path';
import { EnlightenError } from '../errors.ts';
import { sayOnConsole } from './console.ts';
import type { Clock, WritableGuest } from './guest.ts';
import { readingAt } from './reading.ts';
import { withRecording } from './recorded.ts';
import { runTool, type Tool } from './tools.ts';
import { writingAt } from './writing.ts';

const clock: Clock = {
  now: () => new Date().toISOString(),
  monotonic: () => performance.now(),
};

/**
 * The guest at `/`, or at a folder that mirrors one. On a folder no program is run and nothing is said on the console.
 * @param root `/` or a folder; a relative one is taken from the current folder.
 */
export const openGuest = (root = '/'): WritableGuest => {
  const at = resolve(root);
  const live = at === '/';

  const mustRun = async (tool: Tool, args: readonly string[]) => {
    const ran = live ? await runTool(tool, args) : null;
    if (ran !== null) return ran;
    throw live
      ? new EnlightenError('not-a-tool', { tried: 'run', on: tool, happened: 'its program is not installed' })
      : new EnlightenError('not-here', { tried: 'run', on: tool, happened: `no program is run under --root ${root}` });
  };

  return {
    root: at,
    live,
    clock,
    ...(live
      ? { ...readingAt(at), query: runTool, recall: (_what, _path, compute) => compute() }
      : withRecording(at, readingAt(at))),
    ...writingAt(at),
    run: mustRun,
    say: async line => {
      if (live) sayOnConsole(line);
    },
  };
};
