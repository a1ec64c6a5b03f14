import assert from 'node:assert/strict';
import { kernels, statusOf } from '../agent.ts';
import { environmentDocument } from '../iso.ts';
import { limit } from '../limits.ts';
import { scenario } from '../scenario.ts';

/** "Billion laughs" around what would otherwise be a good document. */
const bomb = `<!DOCTYPE Environment [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>`;
const hostile = environmentDocument({ properties: { 'enlighten.mode': 'off', x: 'y' } }).replace('?>', `?>\n${bomb}`);

export default scenario(
  'hostile-environment',
  { environment: hostile, image: { files: { '/etc/enlighten/enlighten.yaml': 'kernel: keep\n' } } },
  async vm => {
    vm.start();
    await kernels(vm);
    assert.equal(await vm.waitUntilUp(), 'running');
    const { lastPass, notices } = await statusOf(vm);
    assert.equal(lastPass?.outcome, 'applied');
    assert.equal(notices.filter(({ code }) => code.startsWith('environment-')).length, 1);
    const lines = (await vm.ok('journalctl --no-pager -b -o cat -u enlighten')).split('\n');
    const said = lines.filter(line => /ovf-env\.xml/.test(line));
    assert.equal(said.length, 1, 'one line');
    assert.match(said[0] ?? '', /DOCTYPE/);
    assert.equal((await vm.run('enlighten env show', limit.agent)).code, 1, 'a refused document');
    assert.equal(vm.console.boots.length, 1);
  },
);
