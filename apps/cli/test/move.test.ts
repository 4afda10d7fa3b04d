import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { uidOf } from '@dcm/pdu'
import { createScp } from '@dcm/scp'
import { sendFiles } from '@dcm/scu'
import { tcp } from '@dcm/transport-tcp'
import { archiveOfFiles } from './archive-of-files.ts'
import { dcm, startDcm } from './dcm.ts'
import { dicomFilesIn, temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { crStudy, queryable } from './samples.ts'

/** An archive that answers a C-MOVE when the objects are in its queue, and sends these files of them later. */
async function archiveWithQueue(queued: number, files: readonly string[], destinationPort: number) {
  const sent = Promise.withResolvers<undefined>()
  const scp = createScp({
    aeTitle: 'ARCHIVE',
    transport: tcp(),
    services: [
      {
        abstractSyntaxes: [
          {
            abstractSyntax: uidOf('StudyRootQueryRetrieveInformationModelMove'),
            transferSyntaxes: [uidOf('ImplicitVRLittleEndian')],
          },
        ],
        handlers: {
          'C-MOVE-RQ': async ({ respond }) => {
            await respond({
              status: 0,
              numberOfCompletedSuboperations: queued,
              numberOfFailedSuboperations: 0,
              numberOfWarningSuboperations: 0,
            })
            await sendFiles(files, {
              to: { host: '127.0.0.1', port: destinationPort },
              transport: tcp(),
              callingAeTitle: 'ARCHIVE',
              calledAeTitle: 'ME',
            })
            sent.resolve(undefined)
            return undefined
          },
        },
      },
    ],
  })
  const address = await scp.listen({ host: '127.0.0.1', port: 0 })
  return Object.assign(scp, {
    to: `ARCHIVE@127.0.0.1:${'port' in address ? String(address.port) : ''}`,
    sent: sent.promise,
  })
}

describe('dcm move --listen', () => {
  it('waits for what an archive has said that it sent, and ends when it is there', async () => {
    const port = await freePort()
    await using archive = await archiveWithQueue(3, queryable.slice(0, 3), port)
    await using folder = await temporaryFolder()
    const line = ['move', archive.to, 'ME', `StudyInstanceUID=${crStudy}`, '--listen', String(port)]
    const { code, stdout, stderr } = await dcm(...line, '-o', folder.path)
    expect(stderr).toBe('')
    expect(stdout).toContain('✓ 3 objects retrieved\n')
    expect(code).toBe(0)
    expect(await dicomFilesIn(folder.path)).toHaveLength(3)
  })

  it('does not wait for it longer than --wait', async () => {
    const port = await freePort()
    await using archive = await archiveWithQueue(3, queryable.slice(0, 2), port)
    await using folder = await temporaryFolder()
    const line = ['move', archive.to, 'ME', `StudyInstanceUID=${crStudy}`, '--listen', String(port)]
    const { code, stderr } = await dcm(...line, '--wait', '1', '-o', folder.path)
    expect(stderr).toBe(
      `dcm: ${archive.to} says that it sent 3 objects, and 2 came here; it may know ME at another address, or send later than --wait.\n`,
    )
    expect(code).toBe(1)
  })

  it('waits no more after Ctrl-C', async () => {
    const port = await freePort()
    await using archive = await archiveWithQueue(3, queryable.slice(0, 1), port)
    await using folder = await temporaryFolder()
    const line = ['move', archive.to, 'ME', `StudyInstanceUID=${crStudy}`, '--listen', String(port)]
    await using move = startDcm([...line, '-o', folder.path])
    await archive.sent
    move.child.kill('SIGINT')
    expect((await move.ended).code).toBe(130)
  })

  it('takes no object that was not asked for, and says so', async () => {
    const port = await freePort()
    await using archive = await archiveOfFiles(queryable, {
      address: { host: '127.0.0.1', port },
      transport: tcp(),
    })
    await using folder = await temporaryFolder()
    const line = ['move', archive.to, 'ME', '-m', 'patient', 'PatientID=77654033', '-l', 'study']
    const here = ['--listen', String(port), '-o', folder.path]
    const { code, stdout, stderr } = await dcm(...line, `StudyInstanceUID=${crStudy}`, ...here)
    expect(await dicomFilesIn(folder.path)).toHaveLength(3)
    expect(await dicomFilesIn(join(folder.path, crStudy))).toHaveLength(3)
    expect(stderr).toMatch(
      /^an operation was refused: failure 0124H: refused, not authorized, the instance was not asked for\n/,
    )
    expect(stdout).toContain('✗ 3 objects retrieved, 2 failed\n')
    expect(code).toBe(1)
  })
})
