import { open, readFile } from 'node:fs/promises'
import { readFileMeta } from '@dcm/dataset'
import { createScp, get, move, type MoveDestination, type RetrievableInstance, type Scp } from '@dcm/scp'
import { tcp } from '@dcm/transport-tcp'

/**
 * An archive that gives all its files, as they are and in no other transfer syntax, to whoever asks for anything: by C-GET, and by
 * C-MOVE to the one destination that it knows.
 */
export async function archiveOfFiles(
  paths: readonly string[],
  destination?: MoveDestination,
): Promise<Scp & { readonly to: string }> {
  const all = await Promise.all(paths.map(instanceIn))
  const instances = async function* () {
    yield* await Promise.resolve(all)
  }
  const scp = createScp({
    aeTitle: 'ARCHIVE',
    transport: tcp(),
    services: [
      get({
        sopClasses: ['PatientRootQueryRetrieveInformationModelGet'],
        instances,
      }),
      move({
        sopClasses: ['PatientRootQueryRetrieveInformationModelMove'],
        destination: () => destination,
        instances,
      }),
    ],
  })
  const address = await scp.listen({ host: '127.0.0.1', port: 0 })
  return Object.assign(scp, { to: `ARCHIVE@127.0.0.1:${'port' in address ? String(address.port) : ''}` })
}

async function instanceIn(path: string): Promise<RetrievableInstance> {
  await using handle = await open(path, 'r')
  const result = await readFileMeta(handle)
  if (result.type !== 'file-meta') throw new Error(`${path} has no file meta`)
  const { meta, dataSetOffset } = result
  return {
    sopClassUid: meta.mediaStorageSopClassUid ?? '',
    sopInstanceUid: meta.mediaStorageSopInstanceUid ?? '',
    transferSyntaxUid: meta.transferSyntaxUid ?? '',
    open: async () => [(await readFile(path)).subarray(dataSetOffset)],
  }
}
