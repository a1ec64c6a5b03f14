/** Time in simulated machines passes only where somebody sleeps, and then at once. Import it before the agent runs. */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Clock } from '../../src/guest/guest.ts';

let passed = 0;

timers.setTimeout = (async (ms = 0) => {
  passed += ms;
}) as typeof timers.setTimeout;
// Node's own way to make a changed builtin seen through `import { setTimeout }` (module.syncBuiltinESMExports).
syncBuiltinESMExports();

export const clock: Clock = { now: () => '2026-01-01T00:00:00.000Z', monotonic: () => passed };
