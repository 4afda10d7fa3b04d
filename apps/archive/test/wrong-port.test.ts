import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ArchiveProcess, startArchive } from './archive-process.ts'
import { newIsclKeys, writeKeyFile } from './iscl-keys.ts'
import { dcmtk, run } from './program.ts'
import { SiteCertificates } from './site-certificates.ts'

let site: SiteCertificates
let archive: ArchiveProcess

beforeAll(async () => {
  site = await SiteCertificates.make()
  writeKeyFile(site.file('keys.json'), newIsclKeys().archive)
  archive = await startArchive(
    ...['--tls-port', '0', ...site.archiveOptions()],
    ...['--iscl-port', '0', '--iscl-keys', site.file('keys.json'), '--iscl-identity', 'ARCHIVE'],
  )
})

afterAll(async () => {
  await archive[Symbol.asyncDispose]()
  site[Symbol.dispose]()
})

const peers = {
  DICOM: (port: number) => dcmtk('echoscu', '127.0.0.1', String(port)),
  TLS: (port: number) => run('openssl', ['s_client', '-connect', `127.0.0.1:${String(port)}`]),
  /** Resolves when the archive has closed. */
  HTTP: async (port: number) => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost: archive\r\n\r\n')
    socket.resume()
    await once(socket, 'close')
  },
}

describe('a peer at the wrong port is closed at once, and the log says which mistake it was', () => {
  it.each([
    ['DICOM', 'tlsPort', 'DCM_TLS_PLAIN_DICOM'],
    ['HTTP', 'tlsPort', 'DCM_TLS_HTTP'],
    ['TLS', 'port', 'DCM_PEER_SPEAKS_TLS'],
    ['HTTP', 'port', 'DCM_PEER_SPEAKS_HTTP'],
    ['DICOM', 'isclPort', 'DCM_ISCL_BAD_MAGIC'],
    ['TLS', 'isclPort', 'DCM_ISCL_BAD_MAGIC'],
    ['HTTP', 'isclPort', 'DCM_ISCL_BAD_MAGIC'],
  ] as const)('%s on the %s', async (protocol, port, code) => {
    const before = archive.log().length
    await peers[protocol](archive[port])
    await archive.logged(code, before)
  })

  it('and the right ones are served on', async () => {
    expect((await dcmtk('echoscu', '127.0.0.1', String(archive.port))).code).toBe(0)
    const tls = [...site.shown('client'), '127.0.0.1', String(archive.tlsPort)]
    expect((await dcmtk('echoscu', ...tls)).code).toBe(0)
  })
})
