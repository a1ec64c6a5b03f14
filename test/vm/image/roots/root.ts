/** What the root file system lies on. Every kind has the same UUID, so that fstab and search lines are the same. */
export interface Root {
  /** Debian packages that make the initramfs find it. */
  packages: string[];
  /** The device as the guest names it. */
  device: string;
  /** What grub-probe says of it there: `fs`, `abstraction`, and how GRUB itself names the device. */
  fs: 'ext2' | 'btrfs';
  abstraction: string;
  drive: string;
  /** As in fstab. */
  type: 'ext4' | 'btrfs';
  /** GRUB's modules for the core, besides those every core has. */
  modules: string;
  /** Bytes from the start of the partition to an ext4; null for another file system. */
  ext4At: number | null;
  /** Puts the tree into its partition of the image, which is there and empty. */
  write(image: string, tree: string): Promise<void>;
}
