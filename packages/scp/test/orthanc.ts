import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@dcm/testkit'
import { Program, temporaryFolder } from './dcmtk.ts'

/** Debian's Orthanc in a folder of its own, asked over HTTP; nothing of the machine's is read, nothing of it stays. */
export interface Orthanc extends AsyncDisposable {
  readonly port: number
  /** The JSON that it answers. @throws Error with what it says when the request fails. */
  request(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object | string): Promise<unknown>
  /** The file of an instance as it is kept. */
  file(id: string): Promise<Uint8Array>
}

export async function orthanc(
  modalities: Readonly<Record<string, readonly [aeTitle: string, host: string, port: number]>>,
): Promise<Orthanc> {
  const folder = await temporaryFolder()
  const [port, httpPort] = [await freePort(), await freePort()]
  const objects = join(folder.path, 'objects')
  const configuration = join(folder.path, 'orthanc.json')
  await mkdir(objects)
  await writeFile(
    configuration,
    JSON.stringify({
      StorageDirectory: objects,
      IndexDirectory: objects,
      Plugins: [],
      HttpPort: httpPort,
      RemoteAccessAllowed: false,
      DicomPort: port,
      DicomAet: 'ORTHANC',
      DicomModalities: modalities,
      DicomAlwaysAllowStore: true,
      DefaultEncoding: 'Utf8',
    }),
  )
  const program = new Program('Orthanc', configuration)
  await program.printed('Orthanc has started')
  const asked = async (method: string, path: string, body?: object | string): Promise<Response> => {
    const response = await fetch(`http://127.0.0.1:${String(httpPort)}${path}`, {
      method,
      ...(body !== undefined && {
        body: body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body),
      }),
    })
    if (!response.ok) throw new Error(`${String(response.status)} ${await response.text()}`)
    return response
  }
  return {
    port,
    request: async (method, path, body) => (await asked(method, path, body)).json(),
    file: async (id) => new Uint8Array(await (await asked('GET', `/instances/${id}/file`)).arrayBuffer()),
    [Symbol.asyncDispose]: async () => {
      program.child.kill('SIGKILL')
      await program.ended
      await folder[Symbol.asyncDispose]()
    },
  }
}
