import { temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { listening } from './listening.ts'
import { Program } from './program.ts'

/** DCMTK's receiver, with a folder that goes with it. */
export interface StoreScp extends AsyncDisposable {
  /** As the command line writes it. */
  readonly address: string
  readonly folder: string
}

export async function startStorescp(...options: readonly string[]): Promise<StoreScp> {
  const folder = await temporaryFolder()
  const port = await freePort()
  const program = new Program('storescp', [...options, '-od', folder.path, '-fe', '.dcm', String(port)])
  await listening(port)
  return {
    address: `STORE@127.0.0.1:${String(port)}`,
    folder: folder.path,
    [Symbol.asyncDispose]: async () => {
      await program[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
