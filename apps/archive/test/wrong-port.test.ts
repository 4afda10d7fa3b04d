import { once } from 'node:events'
import { readFileSync } from 'node:fs'
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

const ports = { TLS: 'tlsPort', 'plain DICOM': 'port', ISCL: 'isclPort' } as const

/** As docs/security.md has them. */
const cases = [
  ['DICOM', 'TLS', 'DCM_TLS_PLAIN_DICOM'],
  ['HTTP', 'TLS', 'DCM_TLS_HTTP'],
  ['TLS', 'plain DICOM', 'DCM_PEER_SPEAKS_TLS'],
  ['HTTP', 'plain DICOM', 'DCM_PEER_SPEAKS_HTTP'],
  ['DICOM', 'ISCL', 'DCM_ISCL_BAD_MAGIC'],
  ['TLS', 'ISCL', 'DCM_ISCL_BAD_MAGIC'],
  ['HTTP', 'ISCL', 'DCM_ISCL_BAD_MAGIC'],
] as const

describe('a peer at the wrong port is closed at once, and the log says which mistake it was', () => {
  it.each(cases)('%s at the port for %s', async (protocol, port, code) => {
    const before = archive.log().length
    await peers[protocol](archive[ports[port]])
    await archive.logged(code, before)
  })

  it('but who connects to any port, says nothing and leaves is not worth a line', async () => {
    const before = archive.log().length
    for (const port of [archive.port, archive.tlsPort, archive.isclPort]) {
      const ended = connect(port, '127.0.0.1').resume().end()
      await once(ended, 'close')
      const reset = connect(port, '127.0.0.1')
      await once(reset, 'connect')
      reset.resetAndDestroy()
      await once(reset, 'close')
    }
    await peers.HTTP(archive.port)
    await archive.logged('DCM_PEER_SPEAKS_HTTP', before)
    expect(archive.log().slice(before).trim().split('\n')).toHaveLength(1)
  })

  it('as docs/security.md says', () => {
    const page = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8')
    const cells = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
    const rows = cells.filter(([, protocol = '']) => protocol in peers).map((row) => row.slice(1, 4))
    expect(rows).toEqual(cases.map(([protocol, port, code]) => [protocol, port, `\`${code}\``]))
  })

  it('and the right ones are served on', async () => {
    expect((await dcmtk('echoscu', '127.0.0.1', String(archive.port))).code).toBe(0)
    const tls = [...site.shown('client'), '127.0.0.1', String(archive.tlsPort)]
    expect((await dcmtk('echoscu', ...tls)).code).toBe(0)
  })
})
