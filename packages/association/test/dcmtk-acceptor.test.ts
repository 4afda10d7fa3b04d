import {
  acceptorPolicy,
  type Association,
  implementationClassUid,
  implementationVersionName,
  receiveAssociation,
  type Rejection,
} from '@dcm/association'
import { ImplicitVRLittleEndian, Verification } from '@dcm/pdu'
import type { Listener } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { describe, expect, it } from 'vitest'
import { commandSet, ui, us } from './command-set.ts'
import { dcmtk } from './dcmtk.ts'

const negotiate = acceptorPolicy({
  abstractSyntaxes: [{ abstractSyntax: Verification, transferSyntaxes: [ImplicitVRLittleEndian] }],
})

function echoscu(listener: Listener, ...options: readonly string[]) {
  const port = 'port' in listener.address ? String(listener.address.port) : ''
  return dcmtk('echoscu', '-v', '-d', '-aet', 'MODALITY', '-aec', 'US', ...options, '127.0.0.1', port)
}

/** Answers each C-ECHO-RQ with success, and a release. */
function answerEchoes(association: Association): void {
  let request = Buffer.alloc(0)
  association.receive({
    fragment: ({ presentationContextId, data, isLast, endOfPdv }) => {
      request = Buffer.concat([request, data])
      if (!isLast || !endOfPdv) return
      const messageId = request.readUInt16LE(request.indexOf(Buffer.from('0000100102000000', 'hex')) + 8)
      request = Buffer.alloc(0)
      const response = commandSet(
        ui(0x0002, Verification),
        us(0x0100, 0x8030),
        us(0x0120, messageId),
        us(0x0800, 0x0101),
        us(0x0900, 0x0000),
      )
      association.send([{ presentationContextId, isCommand: true, isLast: true, data: [response] }])
    },
    releaseRequested: () => {
      association.respondRelease()
    },
    ended: () => undefined,
  })
}

async function accepted(listener: Listener): Promise<Association> {
  const indication = await receiveAssociation(await listener.accept(), { maximumLengthBytes: 65_536 })
  const association = await indication.accept(negotiate(indication.request))
  answerEchoes(association)
  return association
}

describe('echoscu -v -d', () => {
  it('is accepted, told who we are and what we take, and released', async () => {
    await using listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
    const [{ code, output }, association] = await Promise.all([
      echoscu(listener, '--repeat', '3'),
      accepted(listener),
    ])
    expect(code, output).toBe(0)
    expect(output).toContain('Association Accepted (Max Send PDV: 65524)')
    expect(output).toMatch(new RegExp(`Their Implementation Class UID: +${implementationClassUid}\n`))
    expect(output).toMatch(new RegExp(`Their Implementation Version Name: +${implementationVersionName}\n`))
    expect(output.match(/Received Echo Response \(Success\)/g)).toHaveLength(3)
    expect(await association.ended).toEqual({ kind: 'released' })
    await association.closed
    expect(association.facts.request.callingAeTitle).toBe('MODALITY')
  })

  it('proposes as much as it can', async () => {
    await using listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
    const [{ code, output }, association] = await Promise.all([
      echoscu(listener, '--propose-ts', '38', '--propose-pc', '128', '--max-pdu', '131072'),
      accepted(listener),
    ])
    expect(code, output).toBe(0)
    expect(association.facts.contexts.size).toBe(128)
    expect(await association.ended).toEqual({ kind: 'released' })
  })

  it('aborts, when it is told to', async () => {
    await using listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
    const [{ code }, association] = await Promise.all([echoscu(listener, '--abort'), accepted(listener)])
    expect(code).toBe(0)
    expect(await association.ended).toMatchObject({
      error: { code: 'DCM_ABORTED_BY_PEER', origin: 'peer', source: 0 },
    })
    await association.closed
  })

  it('is aborted by us while it waits', async () => {
    await using listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
    const aborts = async (): Promise<void> => {
      const indication = await receiveAssociation(await listener.accept())
      const association = await indication.accept(negotiate(indication.request))
      association.receive({
        fragment: () => {
          association.abort()
        },
        releaseRequested: () => undefined,
        ended: () => undefined,
      })
      await association.closed
    }
    const [{ output }] = await Promise.all([echoscu(listener), aborts()])
    expect(output).toMatch(/Peer aborted Association/i)
  })

  it.each([
    [{ result: 1, source: 1, reason: 1 }, 'Rejected Permanent', 'No Reason'],
    [{ result: 1, source: 1, reason: 3 }, 'Rejected Permanent', 'Calling AE Title Not Recognized'],
    [{ result: 1, source: 1, reason: 7 }, 'Rejected Permanent', 'Called AE Title Not Recognized'],
    [{ result: 2, source: 3, reason: 1 }, 'Rejected Transient', 'Temporary Congestion'],
    [{ result: 2, source: 3, reason: 2 }, 'Rejected Transient', 'Local Limit Exceeded'],
  ] satisfies [Rejection, string, string][])('is told of %o', async (rejection, result, reason) => {
    await using listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
    const rejects = async (): Promise<void> => {
      const indication = await receiveAssociation(await listener.accept())
      indication.reject(rejection)
      await indication.closed
    }
    const [{ code, output }] = await Promise.all([echoscu(listener), rejects()])
    expect(code).not.toBe(0)
    expect(output).toContain(`Result: ${result}`)
    expect(output).toContain(`Reason: ${reason}`)
  })
})
