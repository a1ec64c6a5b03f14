/** Trials by kexec: because the vendor wants it so, beside a GRUB that could do it, too; and because GRUB cannot write where it lies. */
import { kexecFiles } from '../../kernel/bootloaders/kexec/machine.ts';
import { put } from '../../kernel/machine.ts';
import { grub, readOnlyGrub } from './grub.ts';
import type { Kind } from './kind.ts';

const withKexec = (kind: Kind, more: Record<string, string> = {}): Kind => ({
  ...kind,
  name: `kexec beside ${kind.name}`,
  prepare(root) {
    kind.prepare(root);
    for (const [path, content] of Object.entries({ ...kexecFiles, ...more })) put(root, path, content);
  },
});

export const kexec = withKexec(grub, { '/etc/enlighten/enlighten.yaml': 'reboot: kexec\n' });
export const kexecOnLvm = withKexec(readOnlyGrub);
