import { mkdtempSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of its own, gone when it is disposed of. */
export class TemporaryFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'dcm-samples-'))

  file(name: string): string {
    return join(this.path, name)
  }

  /** Objects kept below it. */
  async objects(): Promise<string[]> {
    return (await readdir(this.path, { recursive: true })).filter((name) => name.endsWith('.dcm'))
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
