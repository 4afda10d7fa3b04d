import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

/** A folder of its own for each test of the file. */
export function temporaryFolder(): { readonly path: string; files(): Promise<string[]> } {
  let path = ''
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'dcm-storage-'))
  })
  afterEach(() => rm(path, { recursive: true, force: true }))
  return {
    get path() {
      return path
    },
    /** All files below, unfinished ones too, by their relative paths. */
    async files() {
      const entries = await readdir(path, { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
        .sort()
    },
  }
}
