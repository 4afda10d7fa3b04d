import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { listening } from './listening.ts'
import { Program, ran } from './program.ts'
import { queryable } from './samples.ts'

/** DCMTK's archive with a few studies; it knows `ME` at `destinationPort`. */
export interface Archive extends AsyncDisposable {
  /** As the command line writes it. */
  readonly address: string
  readonly port: number
  readonly destinationPort: number
}

export async function startDcmqrscp(): Promise<Archive> {
  const folder = await temporaryFolder()
  const database = join(folder.path, 'db')
  const [port, destinationPort] = [await freePort(), await freePort()]
  const configuration = join(folder.path, 'dcmqrscp.cfg')
  await mkdir(database)
  await writeFile(
    configuration,
    [
      `NetworkTCPPort = ${String(port)}`,
      'MaxPDUSize = 16384',
      'MaxAssociations = 16',
      'HostTable BEGIN',
      `me = (ME, 127.0.0.1, ${String(destinationPort)})`,
      'HostTable END',
      'VendorTable BEGIN',
      'VendorTable END',
      'AETable BEGIN',
      `ARCHIVE ${database} RW (200, 1024mb) ANY`,
      'AETable END',
      '',
    ].join('\n'),
  )
  const files = queryable.map((path) => join(database, basename(path)))
  for (const [index, file] of files.entries()) await copyFile(queryable[index] ?? '', file)
  await ran('dcmqridx', database, ...files)
  const program = new Program('dcmqrscp', ['-c', configuration])
  await listening(port)
  return {
    address: `ARCHIVE@127.0.0.1:${String(port)}`,
    port,
    destinationPort,
    [Symbol.asyncDispose]: async () => {
      await program[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
