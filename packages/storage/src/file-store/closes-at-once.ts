import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from './file-error.ts'

/** `f_type` in statfs(2): ext2 to ext4, btrfs, tmpfs. */
const localFileSystems: readonly number[] = [0xef53, 0x9123683e, 0x01021994]

/**
 * Whether closing a written file there only gives its descriptor back. Over a network it writes what is left, and waits for it, and
 * of file systems that are not known to us anything may be true.
 */
export async function closesAtOnce(directory: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  try {
    const { type } = await statfs(directory)
    return localFileSystems.includes(type)
  } catch (error) {
    const parent = dirname(directory)
    // What does not exist yet will be made where the folder above it is.
    return errnoOf(error) === 'ENOENT' && parent !== directory && closesAtOnce(parent)
  }
}
