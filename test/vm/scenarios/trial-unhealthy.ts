import assert from 'node:assert/strict';
import { inBoot, kernels, wentBack } from '../agent.ts';
import { scenario } from '../scenario.ts';

const check = `#!/bin/sh
case $(uname -r) in *cloud*) echo "the database does not answer"; exit 3 ;; esac
`;

export default scenario(
  'trial-unhealthy',
  { image: { files: { '/etc/enlighten/health.d/required.d/10-database': check } } },
  async vm => {
    vm.start();
    const { cloud } = await kernels(vm);
    assert.equal(await inBoot(vm, 2), cloud);
    await inBoot(vm, 3);
    const { notices } = await wentBack(vm, 3, 'health:10-database:3');
    assert.ok(
      notices.some(({ code }) => code === 'trial-verdict'),
      'and says why it stays',
    );
    assert.match(await vm.ok('journalctl --no-pager -u enlighten-health'), /the database does not answer/);
  },
);
