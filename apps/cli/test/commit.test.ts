import { once } from 'node:events'
import { open, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type DicomJson, encodeDataSet, identifier, textOf, valuesOf, writePart10File } from '@dcm/dataset'
import type { StatusOf } from '@dcm/dimse'
import { uidOf } from '@dcm/pdu'
import { createScp, dicomJson, normalized, type Scp } from '@dcm/scp'
import { associate } from '@dcm/scu'
import { secured, type Transport } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { tls } from '@dcm/transport-tls'
import { instancesIn } from '../src/commitment/instances-in.ts'
import { dcm, objects } from './dcm.ts'
import { temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { runHere } from './run-here.ts'
import { queryable, sample } from './samples.ts'

const instance = {
  sopClassUid: uidOf('StorageCommitmentPushModel'),
  sopInstanceUid: uidOf('StorageCommitmentPushModelInstance'),
}

/** The Event Information of a report in which the last of the instances fails, or none. */
function reportAbout(request: DicomJson, fails: boolean, keeps?: readonly string[]): DicomJson {
  const asked = valuesOf(request, 'ReferencedSOPSequence')
  const named = keeps?.map((uid) =>
    identifier({ ReferencedSOPClassUID: instance.sopClassUid, ReferencedSOPInstanceUID: uid }),
  )
  const kept = named ?? (fails ? asked.slice(0, -1) : asked)
  const reason = identifier({ FailureReason: 0x0112 })
  return {
    ...identifier({ TransactionUID: textOf(request, 'TransactionUID') }),
    '00081199': { vr: 'SQ', Value: kept.slice() },
    ...(fails && {
      '00081198': { vr: 'SQ', Value: asked.slice(-1).map((item) => ({ ...(item as DicomJson), ...reason })) },
    }),
  }
}

interface Behaviour {
  readonly report: 'same association' | 'new association' | 'never'
  readonly port?: number
  /** Of the association that it opens. */
  readonly transport?: Transport
  /** Whether it answers the request, before it reports. */
  readonly answers?: boolean
  readonly fails?: boolean
  readonly status?: StatusOf<'N-ACTION', 'StorageCommitmentPushModel'>
  /** The instances that it says it keeps, instead of those asked. */
  readonly keeps?: readonly string[]
  /** What it proposes itself as on the association that it opens, if as anything. */
  readonly roles?: { readonly scu: boolean; readonly scp: boolean } | 'none'
  /** What it proposes there, instead of storage commitment. */
  readonly abstractSyntax?: string
  /** The transaction that it reports about, instead of the one asked. */
  readonly transactionUid?: string
  /** The event type that it reports, instead of what it should. */
  readonly eventTypeId?: number
  /** What it reports, instead of anything that can be read. */
  readonly bytes?: Uint8Array
  /** Members of what it reports, instead of those that it should. */
  readonly instead?: (request: DicomJson) => DicomJson
}

/** An archive that commits. */
async function archive({
  report,
  port = 0,
  transport = tcp(),
  answers = true,
  fails = false,
  status = 0,
  keeps,
  roles = { scu: false, scp: true },
  abstractSyntax = instance.sopClassUid,
  transactionUid,
  eventTypeId: otherEventTypeId,
  bytes,
  instead = () => ({}),
}: Behaviour): Promise<Scp & { readonly to: string }> {
  const scp = createScp({
    aeTitle: 'ARCHIVE',
    transport: tcp(),
    services: [
      normalized({
        sopClasses: ['StorageCommitmentPushModel'],
        codec: dicomJson,
        handlers: {
          'N-ACTION-RQ': async ({ dataSet, respond, invoke, context, peer, signal }) => {
            if (answers) await respond({ status })
            if (report === 'never' || status !== 0 || !dataSet) return undefined
            const information = {
              ...reportAbout(dataSet, fails, keeps),
              ...(transactionUid !== undefined && identifier({ TransactionUID: transactionUid })),
              ...instead(dataSet),
            }
            const eventTypeId =
              otherEventTypeId ?? (valuesOf(information, 'FailedSOPSequence').length > 0 ? 2 : 1)
            if (report === 'same association') {
              await invoke(
                {
                  type: 'N-EVENT-REPORT-RQ',
                  affectedSopClassUid: instance.sopClassUid,
                  affectedSopInstanceUid: instance.sopInstanceUid,
                  eventTypeId,
                },
                { dataSet: [bytes ?? dicomJson.encode(information, context.transferSyntax)] },
              )
              if (!answers) await once(signal, 'abort')
              return undefined
            }
            await using association = await associate({
              to: { host: '127.0.0.1', port },
              transport,
              callingAeTitle: 'ARCHIVE',
              calledAeTitle: peer.callingAeTitle,
              contexts: [
                {
                  abstractSyntax,
                  ...(roles !== 'none' && { roles }),
                  transferSyntaxes: ['1.2.840.10008.1.2'],
                },
              ],
            })
            const transferSyntaxUid = '1.2.840.10008.1.2'
            await association.nEventReport({
              ...instance,
              eventTypeId,
              information: {
                transferSyntaxUid,
                bytes: bytes ?? dicomJson.encode(information, transferSyntaxUid),
              },
            })
            return undefined
          },
        },
      }),
    ],
  })
  const address = await scp.listen({ host: '127.0.0.1', port: 0 })
  return Object.assign(scp, { to: `ARCHIVE@127.0.0.1:${'port' in address ? String(address.port) : ''}` })
}

it('asks for what dcm send finds in a folder: links to files too, and no folder twice', async () => {
  await using folder = await temporaryFolder()
  await symlink(sample('CT_small.dcm'), join(folder.path, 'link'))
  await symlink('.', join(folder.path, 'circle'))
  await symlink('nowhere', join(folder.path, 'dangling'))
  const found = await instancesIn([folder.path], new AbortController().signal)
  expect(found).toMatchObject([{ sopClassUid: uidOf('CTImageStorage') }])
})

it('takes a report on the same association', async () => {
  await using peer = await archive({ report: 'same association' })
  const { code, stdout, stderr } = await dcm('commit', peer.to, ...queryable)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(`✓ ${peer.to} keeps 5 of 5 objects\n`)
})

it('takes a report of who does not answer the request', async () => {
  await using peer = await archive({ report: 'same association', answers: false })
  const { code, stdout, stderr } = await dcm('commit', peer.to, ...queryable)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toBe(`✓ ${peer.to} keeps 5 of 5 objects\n`)
})

it('takes a report on an association of the archive', async () => {
  const port = await freePort()
  await using peer = await archive({ report: 'new association', port })
  const { code, stdout } = await dcm('commit', peer.to, ...queryable, '--aet', 'ME', '--listen', String(port))
  expect(stdout).toBe(`✓ ${peer.to} keeps 5 of 5 objects\n`)
  expect(code).toBe(0)
})

it('takes a report over TLS while the archive is asked in the clear, and no other report', async () => {
  await using folder = await temporaryFolder()
  const file = (name: string) => join(folder.path, name)
  for (const line of [['ca'], ['server', 'me', '--host', '127.0.0.1'], ['client', 'archive']]) {
    expect((await runHere('certs', ...line, '--out', folder.path)).code).toBe(0)
  }
  const [key, certificate, ca] = await Promise.all(
    ['archive.key.pem', 'archive.pem', 'ca.pem'].map((name) => readFile(file(name))),
  )
  const credentials = { identities: [{ key: key ?? '', certificate: certificate ?? '' }], ca: ca ?? '' }
  const secure = secured(tcp(), { providers: [tls({ profile: 'bcp195-rfc8996', credentials })] })
  const ours = ['--tls-key', file('me.key.pem'), '--tls-cert', file('me.pem'), '--tls-ca', file('ca.pem')]
  const ask = async (transport: Transport, ...options: readonly string[]) => {
    const port = await freePort()
    await using peer = await archive({ report: 'new association', port, transport })
    return await dcm(
      'commit',
      peer.to,
      ...queryable,
      '--listen',
      `127.0.0.1:${String(port)}+tls`,
      ...ours,
      ...options,
    )
  }
  const secureReport = await ask(secure)
  expect(secureReport.stderr).toBe('')
  expect(secureReport.code).toBe(0)
  const plainReport = await ask(tcp(), '--wait', '1')
  expect(plainReport.stderr).toMatch(/ was refused: .*\n.*has not reported within 1 s; .* was refused: /)
  expect(plainReport.stderr).not.toContain('--wait')
  expect(plainReport.code).toBe(7)
}, 60_000)

it.each(['0', '65536', 'x', '11112+', '::1:11112', '11112+nothing'])(
  '--listen %s is a usage error',
  async (text) => {
    const { code, stderr } = await runHere('commit', 'A@127.0.0.1:1', ...queryable, '--listen', text)
    expect(stderr).toMatch(/--listen takes a port|There is no security profile "nothing"/)
    expect(code).toBe(2)
  },
)

it('says that the port is taken, and of which options nothing would come', async () => {
  await using peer = await archive({ report: 'never' })
  const [, port = ''] = peer.to.split(':')
  const taken = await runHere('commit', peer.to, ...queryable, '--listen', `127.0.0.1:${port}`)
  expect(taken.stderr).toContain(`DCM@127.0.0.1:${port} cannot be listened on: the port is in use`)
  expect(taken.code).toBe(3)
  const unused = await runHere('commit', peer.to, ...queryable, '--listen', '11112', '--tls-ca', 'x')
  expect(unused.stderr).toContain('--tls-… options need +tls')
  expect(unused.code).toBe(2)
})

// PS3.7 D.3.3.4: without role selection it would be the SCU, and may report nothing (PS3.4 J.3.3.1.3, note).
it.each(['none', { scu: true, scp: false }] as const)(
  'says that the archive called to report with the roles %j, and why it was refused',
  async (roles) => {
    const port = await freePort()
    await using peer = await archive({ report: 'new association', port, roles })
    const line = ['commit', peer.to, ...queryable, '--aet', 'ME', '--listen', String(port), '--wait', '1']
    const { code, stderr } = await dcm(...line)
    expect(stderr).toMatch(
      /has not reported within 1 s; ARCHIVE called, and was refused: the requestor .*; have that corrected there\.\n$/,
    )
    expect(stderr).not.toContain('--wait')
    expect(code).toBe(7)
  },
)

it('says that the archive called, and proposed something else', async () => {
  const port = await freePort()
  const abstractSyntax = uidOf('StorageCommitmentPullModel')
  await using peer = await archive({ report: 'new association', port, abstractSyntax })
  const line = ['commit', peer.to, ...queryable, '--aet', 'ME', '--listen', String(port), '--wait', '1']
  const { code, stderr } = await dcm(...line)
  expect(stderr).toMatch(
    /ARCHIVE called, and was refused: Storage Commitment Pull Model .* not supported; have/,
  )
  expect(code).toBe(7)
})

it.each(['same association', 'new association'] as const)(
  'says that a report on the %s was about another request',
  async (report) => {
    const port = await freePort()
    await using peer = await archive({ report, port, transactionUid: '1.2.3' })
    const line = ['commit', peer.to, ...queryable, '--aet', 'ME', '--listen', String(port), '--wait', '1']
    const { code, stderr } = await dcm(...line)
    expect(stderr).toMatch(/within 1 s; a report came that is about another request: its Transaction UID/)
    expect(code).toBe(7)
  },
)

it.each(['same association', 'new association'] as const)(
  'says that a report on the %s cannot be read',
  async (report) => {
    const port = await freePort()
    await using peer = await archive({ report, port, bytes: Buffer.from('1000200008', 'hex') })
    const line = ['commit', peer.to, ...queryable, '--aet', 'ME', '--listen', String(port), '--wait', '1']
    const { code, stderr } = await dcm(...line)
    expect(stderr).toMatch(/within 1 s; a report came that cannot be read; have that corrected there\.\n$/)
    expect(code).toBe(7)
  },
)

it.each(['same association', 'new association'] as const)(
  'takes no report on the %s for one of an event type that storage commitment does not have',
  async (report) => {
    const port = await freePort()
    await using peer = await archive({ report, port, eventTypeId: 3 })
    const line = ['commit', peer.to, ...queryable, '--aet', 'ME', '--listen', String(port), '--wait', '1']
    const { code, stderr } = await dcm(...line)
    expect(stderr).toMatch(
      /within 1 s; a report came of event type 3, which there is not; have that corrected there\.\n$/,
    )
    expect(code).toBe(7)
  },
)

it('counts nothing as kept that fails as well, with no reason said', async () => {
  await using peer = await archive({
    report: 'same association',
    instead: (request) => ({ '00081198': request['00081199'] ?? { vr: 'SQ' } }),
  })
  const { code, stdout } = await dcm('commit', peer.to, ...queryable)
  expect(stdout).toMatch(/CT Image Storage {2}.* {2}not said\n✗ .* keeps 0 of 5 objects\n$/)
  expect(code).toBe(1)
})

it('lists what is not committed', async () => {
  await using peer = await archive({ report: 'same association', fails: true })
  const { code, stdout } = await dcm('commit', peer.to, ...queryable)
  expect(stdout).toMatch(
    /CT Image Storage {2}.* {2}0112H: the instance is not here\n✗ .* keeps 4 of 5 objects\n/,
  )
  expect(code).toBe(1)
  const [told] = objects(await dcm('commit', peer.to, ...queryable, '--json'))
  expect(told).toMatchObject({ type: 'commitment', asked: 5, failed: [{ reason: 0x0112 }] })
})

it('counts what was asked, and not what else the archive keeps', async () => {
  await using peer = await archive({ report: 'same association', keeps: ['1.2', '1.2.3'] })
  const { code, stdout } = await dcm('commit', peer.to, ...queryable.slice(0, 2))
  expect(stdout).toBe(`✗ ${peer.to} keeps 0 of 2 objects\n`)
  expect(code).toBe(1)
})

it('says that no report came, and what to try', async () => {
  await using peer = await archive({ report: 'never' })
  const { code, stderr } = await dcm('commit', peer.to, ...queryable, '--wait', '0.2')
  expect(stderr).toContain(
    'has not reported within 0.2 s; it may report on an association of its own: give --listen PORT.',
  )
  expect(code).toBe(7)
})

it('says that the archive refuses', async () => {
  await using peer = await archive({ report: 'never', status: 0x0110 })
  const { code, stderr } = await dcm('commit', peer.to, ...queryable)
  expect(stderr).toContain('answered failure 0110H: processing failure')
  expect(code).toBe(1)
})

it('wants files that say what they are', async () => {
  await using peer = await archive({ report: 'never' })
  expect((await dcm('commit', peer.to, sample('README.md'))).code).toBe(8)
  expect((await dcm('commit', peer.to, '/nonexistent')).code).toBe(8)
})

it('names instances as send does: by their data sets, and no DICOMDIR', async () => {
  await using folder = await temporaryFolder()
  const transferSyntaxUid = '1.2.840.10008.1.2.1'
  const sopClassUid = uidOf('CTImageStorage')
  const add = async (name: string, mediaStorageSopClassUid: string): Promise<void> => {
    await using file = await open(join(folder.path, name), 'w')
    const meta = {
      mediaStorageSopClassUid,
      mediaStorageSopInstanceUid: '1.2.1',
      transferSyntaxUid,
      implementationClassUid: '1.2.3',
    }
    const dataSet = identifier({ SOPClassUID: mediaStorageSopClassUid, SOPInstanceUID: '1.2.2' })
    await writePart10File(file, meta, [encodeDataSet(dataSet, { transferSyntaxUid })])
  }
  await add('renamed.dcm', sopClassUid)
  await add('DICOMDIR', uidOf('MediaStorageDirectoryStorage'))
  await using peer = await archive({ report: 'same association' })
  const [commitment] = objects(await dcm('commit', peer.to, folder.path, '--json'))
  expect(commitment).toMatchObject({ asked: 1, committed: [{ sopClassUid, sopInstanceUid: '1.2.2' }] })
})

it('stops to look at files on Ctrl-C', async () => {
  const stop = new AbortController()
  const looking = instancesIn([...queryable, '/nonexistent'], stop.signal)
  stop.abort(new Error('Ctrl-C'))
  await expect(looking).rejects.toThrow('Ctrl-C')
})
