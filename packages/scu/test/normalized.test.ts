import { encodeDataSet, identifier as byKeyword } from '@dcm/dataset'
import { type EventReport, storageCommitment, type ScuAssociation, type EventReportHandler } from '@dcm/scu'
import { settled } from '@dcm/testkit'
import { describe, expect, it, vi } from 'vitest'
import { bytesOf, dataSet, identifier } from './data-set.ts'
import { scripted, sendCommand } from './scripted.ts'
import { answer, ctImageStorage, implicit, nextOperation, served } from './served.ts'

const mpps = '1.2.840.10008.3.1.2.3.3'
const printer = '1.2.840.10008.5.1.1.16'
const printMeta = '1.2.840.10008.5.1.1.9'
const upsPush = '1.2.840.10008.5.1.4.34.6.1'
const filmSession = '1.2.840.10008.5.1.1.1'
const contexts = [mpps, printMeta, upsPush, storageCommitment.sopClassUid].map((abstractSyntax) => ({
  abstractSyntax,
  transferSyntaxes: [implicit],
}))
const attributes = identifier({ 0x00100010: 'Doe^Jane' })

describe('the DIMSE-N services', () => {
  it('are given up at once, also when the peer does not read what was sent', async () => {
    const { scu, peer } = await served({ contexts })
    const stop = new AbortController()
    const modifications = { transferSyntaxUid: implicit, bytes: new Uint8Array(12_000_000) }
    const set = scu.nSet({ sopClassUid: mpps, sopInstanceUid: '1.2', modifications }, { signal: stop.signal })
    const given = set.catch((error: unknown) => error)
    const operation = await nextOperation(peer)
    await settled(100)
    const reason = new Error('enough')
    stop.abort(reason)
    await settled()
    expect(await Promise.race([given, settled()])).toBe(reason)
    expect(scu.outstandingOperations).toBe(1)
    // The association is as good as new when the peer has answered.
    await answer(operation, { status: 0 })
    const again = scu.nGet({ sopClassUid: mpps, sopInstanceUid: '1.2' })
    await answer(await nextOperation(peer), { status: 0x0112 })
    expect(await again).toMatchObject({ status: 0x0112 })
    await scu.release()
  })

  it.each([
    [
      'N-GET',
      (scu: ScuAssociation) =>
        scu.nGet({ sopClassUid: upsPush, sopInstanceUid: '1.2', attributes: [0x00100010] }),
      {
        type: 'N-GET-RQ',
        requestedSopClassUid: upsPush,
        requestedSopInstanceUid: '1.2',
        attributeIdentifierList: [0x00100010],
      },
    ],
    [
      'N-CREATE',
      (scu: ScuAssociation) => scu.nCreate({ sopClassUid: mpps, sopInstanceUid: '1.2', attributes }),
      { type: 'N-CREATE-RQ', affectedSopClassUid: mpps, affectedSopInstanceUid: '1.2' },
    ],
    [
      'N-SET',
      (scu: ScuAssociation) =>
        scu.nSet({
          sopClassUid: mpps,
          sopInstanceUid: '1.2',
          modifications: byKeyword({ PatientName: 'Doe^Jane' }),
        }),
      { type: 'N-SET-RQ', requestedSopClassUid: mpps, requestedSopInstanceUid: '1.2' },
    ],
    [
      'N-ACTION',
      (scu: ScuAssociation) =>
        scu.nAction({
          sopClassUid: upsPush,
          sopInstanceUid: '1.2',
          actionTypeId: 3,
          information: { PatientName: 'Doe^Jane' },
        }),
      { type: 'N-ACTION-RQ', actionTypeId: 3 },
    ],
  ])(
    '%s goes out as asked, and brings back what came with the answer',
    async (_service, invoke, expected) => {
      const { scu, peer } = await served({ contexts })
      const result = invoke(scu)
      const operation = await nextOperation(peer)
      expect(operation.command).toMatchObject(expected)
      if (operation.dataSet) expect(Buffer.from(await bytesOf(operation.dataSet))).toEqual(attributes.bytes)
      await answer(operation, { status: 0 }, [dataSet({ 0x00100010: 'Doe^John' })])
      const { status, dataSet: answered } = await result
      expect(status).toBe(0)
      expect(answered?.json()['00100010']?.Value).toEqual([{ Alphabetic: 'Doe^John' }])
      await scu.release()
    },
  )

  it('N-DELETE on the context of a Meta SOP Class', async () => {
    const { scu, peer } = await served({ contexts })
    const deleted = scu.nDelete(
      { sopClassUid: filmSession, sopInstanceUid: '1.2' },
      { abstractSyntax: printMeta },
    )
    const operation = await nextOperation(peer)
    expect(operation.command).toMatchObject({ type: 'N-DELETE-RQ', requestedSopClassUid: filmSession })
    expect(operation.context.abstractSyntax).toBe(printMeta)
    await answer(operation, { status: 0x0112 })
    expect(await deleted).toMatchObject({ type: 'N-DELETE-RSP', status: 0x0112, dataSet: undefined })
    await scu.release()
  })

  it.each([Number.NaN, -1])('send nothing with a limit of %d bytes', async (maximumDataSetBytes) => {
    const { scu } = await served({ contexts })
    const options = { abstractSyntax: printMeta, maximumDataSetBytes }
    await expect(scu.nGet({ sopClassUid: printer, sopInstanceUid: '1.2' }, options)).rejects.toMatchObject({
      code: 'DCM_LIMIT_RANGE',
    })
    await scu.release()
  })

  it('refuse a data set that is too long, and go on', async () => {
    const { scu, peer } = await served({ contexts })
    const request = { sopClassUid: printer, sopInstanceUid: '1.2' }
    const options = { abstractSyntax: printMeta, maximumDataSetBytes: 100 }
    const first = scu.nGet(request, options).catch((error: unknown) => error)
    await answer(await nextOperation(peer), { status: 0 }, [dataSet({ 0x00100010: 'x'.repeat(200) })])
    expect(await first).toMatchObject({ code: 'DCM_DATA_SET_TOO_LONG', maximumBytes: 100 })
    const second = scu.nGet(request, options)
    await answer(await nextOperation(peer), { status: 0x0112 })
    expect((await second).status).toBe(0x0112)
    await scu.release()
  })
})

describe('a report of ours', () => {
  const { sopClassUid } = storageCommitment
  const event = {
    sopClassUid,
    sopInstanceUid: '1.2',
    eventTypeId: 1,
    information: { TransactionUID: '1.2.3' },
  }

  it('goes out in the SCP role', async () => {
    const roles = { scu: true, scp: true }
    const { scu, peer } = await served({ contexts: contexts.map((context) => ({ ...context, roles })) })
    const reported = scu.nEventReport(event)
    const operation = await nextOperation(peer)
    expect(operation.command).toMatchObject({ type: 'N-EVENT-REPORT-RQ', eventTypeId: 1 })
    await answer(operation, { status: 0 })
    expect(await reported).toMatchObject({ type: 'N-EVENT-REPORT-RSP', status: 0 })
    await scu.release()
  })

  it('does not without it', async () => {
    const { scu } = await served({ contexts })
    await expect(scu.nEventReport(event)).rejects.toMatchObject({
      code: 'DCM_CONTEXT_NOT_ACCEPTED',
      message: expect.stringContaining('with us as the SCP, which was not agreed') as string,
    })
    await scu.release()
  })
})

describe('the outcome of a storage commitment', () => {
  const kept = { sopClassUid: '1.2', sopInstanceUid: '1.2.4' }
  const lost = { sopClassUid: '1.2', sopInstanceUid: '1.2.5', failureReason: 0x0112 }

  // PS3.4 J.3.3.1: type 1 when all are committed, type 2 when failures exist.
  it.each([
    [1, [kept], []],
    [2, [kept], [lost]],
    [2, [], [lost]],
  ])('is event type %i, and what is written is read back', (eventTypeId, committed, failed) => {
    const report = { transactionUid: '1.2.3', committed, failed }
    const request = storageCommitment.outcome(report)
    expect(request).toMatchObject({ sopInstanceUid: '1.2.840.10008.1.20.1.1', eventTypeId })
    const { information } = request
    // PS3.4 Table J.3.3-1: a sequence that would be empty is absent.
    expect(Object.keys(information)).toHaveLength(1 + Math.min(committed.length, 1) + failed.length)
    expect(storageCommitment.report({ json: () => information })).toEqual(report)
    expect(storageCommitment.report(information)).toEqual(report)
  })

  it('always says why an instance failed', () => {
    const failed = [{ ...lost, failureReason: undefined }]
    const { information } = storageCommitment.outcome({ transactionUid: '1.2.3', committed: [], failed })
    const report = storageCommitment.report(information)
    expect(report.failed).toMatchObject([{ failureReason: 0x0110 }])
  })

  it('is read where the peer has something else in place of a sequence', () => {
    const json = { '00081198': { vr: 'LO' as const, Value: [null, 'text'] } }
    expect(storageCommitment.report({ json: () => json })).toEqual({
      transactionUid: '',
      committed: [],
      failed: [],
    })
  })
})

describe('reports of the peer', () => {
  const { sopClassUid } = storageCommitment
  const report = {
    TransactionUID: '1.2.3',
    ReferencedSOPSequence: [{ ReferencedSOPClassUID: '1.2', ReferencedSOPInstanceUID: '1.2.4' }],
  }

  async function reportTo(
    onEventReport: EventReportHandler | undefined,
    information?: readonly Uint8Array[],
  ) {
    const { scu, peer } = await served({ contexts, ...(onEventReport && { onEventReport }) })
    const context = [...peer.association.facts.contexts.values()].find(
      ({ abstractSyntax }) => abstractSyntax === sopClassUid,
    )
    if (!context) throw new Error('no context')
    const invocation = await peer.invoke(
      context,
      {
        type: 'N-EVENT-REPORT-RQ',
        affectedSopClassUid: sopClassUid,
        affectedSopInstanceUid: '1.2.840.10008.1.20.1.1',
        eventTypeId: 1,
      },
      information,
    )
    const response = await invocation.next()
    await settled()
    await scu.release()
    return response?.command
  }

  it('go to their handler, whose status is the answer', async () => {
    const bytes = encodeDataSet(byKeyword(report), { transferSyntaxUid: implicit })
    const seen: EventReport[] = []
    const response = await reportTo(
      (event) => {
        seen.push(event)
        return undefined
      },
      [bytes],
    )
    expect(response).toMatchObject({ type: 'N-EVENT-REPORT-RSP', status: 0, eventTypeId: 1 })
    const [event] = seen
    expect(event).toMatchObject({ affectedSopClassUid: sopClassUid, eventTypeId: 1 })
    expect(event?.dataSet && storageCommitment.report(event.dataSet)).toEqual({
      transactionUid: '1.2.3',
      committed: [{ sopClassUid: '1.2', sopInstanceUid: '1.2.4' }],
      failed: [],
    })
  })

  it('have no data set where none came', async () => {
    const seen: EventReport[] = []
    const response = await reportTo((event) => {
      seen.push(event)
      return undefined
    })
    expect(response).toMatchObject({ status: 0 })
    expect(seen).toMatchObject([{ eventTypeId: 1, dataSet: undefined }])
  })

  it.each([
    ['nobody waits for', undefined, 0x0113],
    ['the handler refuses', () => 0x0115 as const, 0x0115],
    ['the handler breaks on', () => Promise.reject(new Error('a bug')), 0x0110],
    ['the handler answers as no service does', () => 0xffff as never, 0xffff],
  ])('that %s are answered', async (_what, handler, status) => {
    expect(await reportTo(handler, [dataSet({ 0x00081195: '1.2.3' })])).toMatchObject({ status })
  })

  // What JavaScript lets pass: it cost the association.
  it.each(['ok', { status: 0 }, true, 0xff00, 70_000])(
    'are answered with a failure where their handler gives %o',
    async (given) => {
      const response = await reportTo(() => given as never, [dataSet({ 0x00081195: '1.2.3' })])
      expect(response).toMatchObject({ status: 0x0110 })
    },
  )

  // PS3.4 H.3.2, H.4.6.2: a printer reports on the context of the Meta SOP class; CC.3.1: a UPS is always one of Push.
  it.each([
    ['a printer', printMeta, printer, 0x0000],
    ['a procedure step', '1.2.840.10008.5.1.4.34.6.4', upsPush, 0x0000],
    ['another SOP class', printMeta, upsPush, 0x0118],
    ['a SOP class without reports', ctImageStorage, ctImageStorage, 0x0211],
  ])('of %s come on the context that carries it', async (_what, abstractSyntax, sopClass, status) => {
    const seen: string[] = []
    const { scu, peer } = await served({
      contexts: [{ abstractSyntax, transferSyntaxes: [implicit] }],
      onEventReport: ({ affectedSopClassUid }) => {
        seen.push(affectedSopClassUid)
        return undefined
      },
    })
    const [context] = peer.association.facts.contexts.values()
    if (!context) throw new Error('no context')
    const invocation = await peer.invoke(context, {
      type: 'N-EVENT-REPORT-RQ',
      affectedSopClassUid: sopClass,
      affectedSopInstanceUid: '1.2',
      eventTypeId: 2,
    })
    expect((await invocation.next())?.command).toMatchObject({ status, eventTypeId: 2 })
    expect(seen).toEqual(status === 0 ? [sopClass] : [])
    await settled()
    await scu.release()
  })

  it('that we would send, as we are the SCP there, are refused', async () => {
    const roles = { scu: false, scp: true }
    const onEventReport = () => undefined
    const context = { abstractSyntax: sopClassUid, transferSyntaxes: [implicit], roles }
    const { scu, peer } = await served({ contexts: [context], onEventReport })
    const [accepted] = peer.association.facts.contexts.values()
    if (!accepted) throw new Error('no context')
    const invocation = await peer.invoke(accepted, {
      type: 'N-EVENT-REPORT-RQ',
      affectedSopClassUid: sopClassUid,
      affectedSopInstanceUid: '1.2',
      eventTypeId: 1,
    })
    expect((await invocation.next())?.command).toMatchObject({ status: 0x0211 })
    await scu.release()
  })

  it('that cross our request for release cost nothing but their answer', async () => {
    const onEventReport = vi.fn()
    const context = { abstractSyntax: sopClassUid, transferSyntaxes: [implicit] }
    const { scu, peer } = await scripted({ contexts: [context], onEventReport })
    const released = scu.release()
    await peer.expect('A-RELEASE-RQ')
    sendCommand(peer, {
      0x00000002: sopClassUid,
      0x00000100: 0x0100,
      0x00000110: 1,
      0x00000800: 0x0101,
      0x00001000: '1.2',
      0x00001002: 1,
    })
    await settled()
    expect(onEventReport).toHaveBeenCalledOnce()
    peer.send({ type: 'A-RELEASE-RP' })
    await released
    expect(await scu.ended).toEqual({ kind: 'released' })
  })

  it('become requests of the standard', () => {
    const request = storageCommitment.request('1.2.3', [{ sopClassUid: '1.2', sopInstanceUid: '1.2.4' }])
    expect(request).toMatchObject({ sopClassUid, sopInstanceUid: '1.2.840.10008.1.20.1.1', actionTypeId: 1 })
    expect(request.information).toEqual(byKeyword(report))
  })
})
