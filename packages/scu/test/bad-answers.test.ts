import { AssociationAbortedError, parseUid } from '@dcm/association'
import { queryModels, type ScuAssociation, UnexpectedResponseError } from '@dcm/scu'
import { settled } from '@dcm/testkit'
import { describe, expect, it } from 'vitest'
import { identifier } from './data-set.ts'
import { expectCommand, scripted, sendCommand, sendDataSet } from './scripted.ts'
import { ctImageStorage, implicit } from './served.ts'

// PS3.7 E.1
const commandField = 0x00000100
const messageIdBeingRespondedTo = 0x00000120
const messageId = 0x00000110
const affectedSopClassUid = 0x00000002
const affectedSopInstanceUid = 0x00001000
const priority = 0x00000700
const commandDataSetType = 0x00000800
const status = 0x00000900
const noDataSet = 0x0101

describe('a peer that answers badly', () => {
  it('grants no extended negotiation that it was not asked for', async () => {
    const granted = {
      sopClassUid: parseUid(queryModels.studyRoot.find),
      serviceClassApplicationInformation: Uint8Array.of(1),
    }
    const { scu, peer } = await scripted({}, { extendedNegotiations: [granted] })
    expect(scu.association.facts.answer.userInformation.extendedNegotiations).toEqual([granted])
    expect(scu.extendedNegotiation(granted.sopClassUid)).toBeUndefined()
    scu.abort()
    await peer.expect('A-ABORT')
  })

  it.each([
    ['to a message that was never sent', { [messageIdBeingRespondedTo]: 77 }, AssociationAbortedError],
    ['with pending, which has no meaning there', { [status]: 0xff00 }, UnexpectedResponseError],
    ['with the response of another service', { [commandField]: 0x8001 }, UnexpectedResponseError],
    ['without a status', { [status]: '' }, AssociationAbortedError],
  ])('%s loses the association', async (_how, changes, Thrown) => {
    const { scu, peer } = await scripted()
    const outcome = scu.echo().catch((error: unknown) => error)
    expect(await expectCommand(peer)).toMatchObject({ type: 'C-ECHO-RQ', messageId: 1 })
    sendCommand(peer, {
      [commandField]: 0x8030,
      [messageIdBeingRespondedTo]: 1,
      [commandDataSetType]: noDataSet,
      [status]: 0,
      ...changes,
    })
    await peer.expect('A-ABORT')
    const error = await outcome
    expect(error).toBeInstanceOf(Thrown)
    expect(error).toMatchObject({ code: expect.stringMatching(/^DCM_/) as string })
    expect(scu.over).toBe(true)
    await settled()
    expect(scu.outstandingOperations).toBe(0)
  })

  it('with a data set that nobody asked for is not minded', async () => {
    const { scu, peer } = await scripted()
    const echoed = scu.echo()
    await expectCommand(peer)
    sendCommand(peer, {
      [commandField]: 0x8030,
      [messageIdBeingRespondedTo]: 1,
      [commandDataSetType]: 1,
      [status]: 0,
    })
    sendDataSet(peer, new Uint8Array(1_000_000))
    const outcome = await echoed.catch((error: unknown) => error)
    expect(outcome).toSatisfy((value) => value instanceof Error || (value as { status: number }).status === 0)
    peer.cut()
    await scu.association.closed
  })

  it('with half a data set and then nothing is given up', async () => {
    const { scu, peer, clock } = await scripted({
      contexts: [{ abstractSyntax: queryModels.studyRoot.find, transferSyntaxes: [implicit] }],
    })
    const outcome = scu
      .find(queryModels.studyRoot, identifier({ 0x00100010: '' }))
      .final()
      .catch((error: unknown) => error)
    await expectCommand(peer)
    await peer.expect('PDV')
    sendCommand(peer, {
      [affectedSopClassUid]: queryModels.studyRoot.find,
      [commandField]: 0x8020,
      [messageIdBeingRespondedTo]: 1,
      [commandDataSetType]: 1,
      [status]: 0xff00,
    })
    peer.send([{ presentationContextId: 1, isCommand: false, isLast: false, data: [new Uint8Array(100)] }])
    await settled()
    clock.advance(60_000)
    await peer.expect('A-ABORT')
    expect(await outcome).toMatchObject({ code: 'DCM_ABORTED', cause: { timer: 'idle' } })
  })

  it.each<[string, (scu: ScuAssociation) => Promise<unknown>, Record<number, number | string>]>([
    [
      'a match',
      (scu) => scu.find(queryModels.studyRoot, identifier({}), { responseTimeoutMs: 7_000 }).final(),
      { [commandField]: 0x8020, [status]: 0xff00 },
    ],
    [
      'a last response',
      (scu) => {
        const abstractSyntax = queryModels.studyRoot.find
        const printer = { sopClassUid: '1.2.840.10008.5.1.1.16', sopInstanceUid: '1.2.840.10008.5.1.1.17' }
        return scu.nGet(printer, { abstractSyntax, responseTimeoutMs: 7_000 })
      },
      { [commandField]: 0x8110, [status]: 0 },
    ],
  ])(
    'with half the data set of %s has the response timer of the operation for it',
    async (_, ask, response) => {
      const { scu, peer, clock } = await scripted({
        contexts: [{ abstractSyntax: queryModels.studyRoot.find, transferSyntaxes: [implicit] }],
      })
      const outcome = ask(scu).catch((error: unknown) => error)
      await expectCommand(peer)
      await settled()
      sendCommand(peer, { ...response, [messageIdBeingRespondedTo]: 1, [commandDataSetType]: 1 })
      peer.send([{ presentationContextId: 1, isCommand: false, isLast: false, data: [new Uint8Array(100)] }])
      await settled()
      clock.advance(6_999)
      expect(scu.over).toBe(false)
      clock.advance(1)
      expect(await outcome).toMatchObject({ timer: 'dimse-response', timeoutMs: 7_000 })
      peer.cut()
      await scu.association.closed
      await settled()
      expect(clock.pending).toBe(0)
    },
  )

  it('late with the rest of a data set that nobody waits for any more keeps its association', async () => {
    const abstractSyntax = '1.2.840.10008.5.1.1.16'
    const { scu, peer, clock } = await scripted({
      contexts: [{ abstractSyntax, transferSyntaxes: [implicit] }],
    })
    const stop = new AbortController()
    const printer = { sopClassUid: abstractSyntax, sopInstanceUid: '1.2.840.10008.5.1.1.17' }
    const got = scu.nGet(printer, { signal: stop.signal })
    await expectCommand(peer)
    const response = { [commandField]: 0x8110, [messageIdBeingRespondedTo]: 1, [status]: 0 }
    sendCommand(peer, { ...response, [commandDataSetType]: 1 })
    peer.send([{ presentationContextId: 1, isCommand: false, isLast: false, data: [new Uint8Array(100)] }])
    await settled()
    stop.abort(new Error('enough'))
    await expect(got).rejects.toThrow('enough')
    sendDataSet(peer, new Uint8Array(100))
    await settled()
    clock.advance(300_000)
    expect(scu.over).toBe(false)
    expect(scu.outstandingOperations).toBe(0)
    peer.cut()
    await scu.association.closed
  })

  it('storing an instance under no UID is refused', async () => {
    const { scu, peer } = await scripted({
      contexts: [
        { abstractSyntax: queryModels.studyRoot.get, transferSyntaxes: [implicit] },
        { abstractSyntax: ctImageStorage, transferSyntaxes: [implicit], roles: { scu: false, scp: true } },
      ],
    })
    const keys = identifier({ 0x0020000d: '1.2.3' })
    const final = scu
      .get(queryModels.studyRoot, keys, { put: () => Promise.reject(new Error('never')) })
      .final()
    await expectCommand(peer)
    await peer.expect('PDV')
    const store = {
      [affectedSopClassUid]: ctImageStorage,
      [commandField]: 0x0001,
      [messageId]: 9,
      [priority]: 0,
      [commandDataSetType]: 1,
      [affectedSopInstanceUid]: 'no uid',
    }
    sendCommand(peer, store, 3)
    sendDataSet(peer, identifier({ 0x0020000d: '1.2.3' }).bytes, 3)
    expect(await expectCommand(peer)).toMatchObject({ type: 'C-STORE-RSP', status: 0x0117 })
    sendCommand(peer, {
      [affectedSopClassUid]: queryModels.studyRoot.get,
      [commandField]: 0x8010,
      [messageIdBeingRespondedTo]: 1,
      [commandDataSetType]: noDataSet,
      [status]: 0xa702,
    })
    expect(await final).toMatchObject({ status: 0xa702 })
    peer.cut()
    await scu.association.closed
  })

  it('asking for something else is told that we do not know it', async () => {
    const { scu, peer } = await scripted()
    sendCommand(peer, {
      [affectedSopClassUid]: '1.2.840.10008.1.1',
      [commandField]: 0x0030,
      [messageId]: 5,
      [commandDataSetType]: noDataSet,
    })
    expect(await expectCommand(peer)).toMatchObject({ type: 'C-ECHO-RSP', status: 0x0211 })
    peer.cut()
    await scu.association.closed
  })
})
