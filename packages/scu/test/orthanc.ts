import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@dcm/testkit'
import { PeerProgram } from './dcmtk.ts'

/** Debian's Orthanc with a configuration of its own: nothing of the machine's is read, nothing of it stays. */
export async function startOrthanc(
  modalities: Readonly<Record<string, readonly [aeTitle: string, host: string, port: number]>> = {},
  worklists: readonly { readonly name: string; readonly file: Uint8Array }[] = [],
  more: Readonly<Record<string, string | boolean>> = {},
): Promise<PeerProgram> {
  const httpPort = await freePort()
  return PeerProgram.start('Orthanc', async (folder, port) => {
    const worklistFolder = join(folder, 'worklists')
    await mkdir(worklistFolder)
    await writeFile(join(worklistFolder, 'lockfile'), '')
    for (const { name, file } of worklists) await writeFile(join(worklistFolder, name), file)
    const path = join(folder, 'orthanc.json')
    const configuration = {
      Name: 'test',
      StorageDirectory: join(folder, 'objects'),
      IndexDirectory: join(folder, 'objects'),
      Plugins: ['/usr/share/orthanc/plugins/libModalityWorklists.so'],
      Worklists: { Enable: true, Database: worklistFolder },
      HttpPort: httpPort,
      RemoteAccessAllowed: false,
      DicomPort: port,
      DicomAet: 'ORTHANC',
      DicomModalities: modalities,
      DicomAlwaysAllowEcho: true,
      DicomAlwaysAllowStore: true,
      DicomAlwaysAllowFind: true,
      DicomAlwaysAllowFindWorklist: true,
      DicomAlwaysAllowGet: true,
      DicomAlwaysAllowMove: true,
      UnknownSopClassAccepted: true,
      SynchronousCMove: true,
      StorageCommitmentReportsSize: 10,
      ...more,
    }
    await writeFile(path, JSON.stringify(configuration))
    return [path]
  })
}
