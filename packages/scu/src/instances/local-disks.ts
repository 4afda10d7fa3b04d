import { statfs } from './file-system.ts'

/** By `f_type`, statfs(2): ext2 to ext4, XFS and btrfs; tmpfs and ramfs. */
const localTypes: ReadonlySet<number> = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x858458f6])

/** Knows which devices are disks of this computer, or memory: to open a file there again waits for nobody. */
export class LocalDisks {
  readonly #known = new Map<number, Promise<boolean>>()

  /** Whether the file, which lies on this device, lies on one of them. */
  have(path: string, device: number): Promise<boolean> {
    let known = this.#known.get(device)
    if (!known) {
      known = statfs(path).then(
        ({ type }) => localTypes.has(type),
        () => false,
      )
      this.#known.set(device, known)
    }
    return known
  }
}
