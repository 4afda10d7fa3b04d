import {
  type Association,
  type AssociationEnd,
  type AssociationOptions,
  implementationClassUid,
  maximumPdvLength,
  proposeContexts,
  requestAssociation,
} from '@dcm/association'
import { ImplicitVRLittleEndian, type Pdv, parseUid, uidOf } from '@dcm/pdu'
import { describe, expect, it } from 'vitest'
import { commandSet, implicitElement, ui, uidValue, us } from './command-set.ts'
import { Storescp } from './dcmtk.ts'

const sopClass = uidOf('SecondaryCaptureImageStorage')
const instance = parseUid('1.2.276.0.7230010.3.1.4.1')

async function associate(scp: Storescp, options: AssociationOptions = {}): Promise<Association> {
  return requestAssociation(
    await scp.connect(),
    {
      callingAeTitle: 'DCM',
      calledAeTitle: 'STORESCP',
      presentationContexts: proposeContexts([
        { abstractSyntax: sopClass, transferSyntaxes: [ImplicitVRLittleEndian] },
      ]),
    },
    options,
  )
}

/** A C-STORE-RQ of an image, in PDVs as the peer wants them. */
function store(association: Association, pixelDataBytes: number): Pdv[] {
  const command = commandSet(
    ui(0x0002, sopClass),
    us(0x0100, 0x0001),
    us(0x0110, 1),
    us(0x0700, 0x0000),
    us(0x0800, 0x0000),
    ui(0x1000, instance),
  )
  const dataSet = Buffer.concat([
    implicitElement(0x0008, 0x0016, uidValue(sopClass)),
    implicitElement(0x0008, 0x0018, uidValue(instance)),
    implicitElement(0x7fe0, 0x0010, Buffer.alloc(pixelDataBytes)),
  ])
  const step = maximumPdvLength(association.facts.peerMaximumLength)
  const pdvs: Pdv[] = [{ presentationContextId: 1, isCommand: true, isLast: true, data: [command] }]
  for (let from = 0; from < dataSet.length; from += step) {
    const isLast = from + step >= dataSet.length
    const data = [dataSet.subarray(from, from + step)]
    pdvs.push({ presentationContextId: 1, isCommand: false, isLast, data })
  }
  return pdvs
}

/** Sends an image and waits for what comes of it: the response's Status, or how the association ended. */
function stored(association: Association, pixelDataBytes = 400_000): Promise<number | AssociationEnd> {
  return new Promise((resolve) => {
    let response = Buffer.alloc(0)
    association.receive({
      fragment: ({ data, isLast, endOfPdv }) => {
        response = Buffer.concat([response, data])
        // The Status (0000,0900) is the last of what DCMTK sends but for the SOP instance UID.
        const at = response.indexOf(Buffer.from('0000000902000000', 'hex'))
        if (isLast && endOfPdv) resolve(response.readUInt16LE(at + 8))
      },
      releaseRequested: () => {
        association.respondRelease()
      },
      ended: resolve,
    })
    association.send(store(association, pixelDataBytes))
  })
}

describe('storescp', () => {
  it('takes an image and a release from us', async () => {
    await using scp = await Storescp.start('--max-pdu', '4096', '--reject', '-d')
    const association = await associate(scp)
    expect(association.facts.peerMaximumLength).toBe(4096)
    expect(association.facts.answer.userInformation.implementationVersionName).toMatch(/^OFFIS_DCMTK/)
    expect(await stored(association)).toBe(0x0000)
    await association.release()
    await association.closed
    await scp.printed('Association Release')
    await scp.printed(implementationClassUid)
  })

  it('that refuses is told as a rejection', async () => {
    await using scp = await Storescp.start('--refuse')
    await expect(associate(scp)).rejects.toMatchObject({
      name: 'AssociationRejectedError',
      code: 'DCM_REJECTED',
      result: 1,
      source: 1,
      reason: 1,
    })
  })

  it.each(['--abort-after', '--abort-during'])('%s is told as the peer’s abort', async (option) => {
    await using scp = await Storescp.start(option)
    const association = await associate(scp)
    expect(await stored(association)).toMatchObject({
      kind: 'aborted',
      error: { code: 'DCM_ABORTED_BY_PEER', origin: 'peer', source: 0 },
    })
    await association.closed
    await scp.printed('ABORT initiated')
    await expect(association.release()).rejects.toMatchObject({ code: 'DCM_ABORTED_BY_PEER' })
  })

  // It sleeps again for each P-DATA-TF, so there is but one.
  const shortImageBytes = 1_000

  it('--sleep-during is waited for', async () => {
    await using scp = await Storescp.start('--sleep-during', '1')
    const association = await associate(scp)
    expect(await stored(association, shortImageBytes)).toBe(0x0000)
    await association.release()
  })

  it('--sleep-during is not waited for beyond the idle timer', async () => {
    await using scp = await Storescp.start('--sleep-during', '1')
    const association = await associate(scp, { idleTimeoutMs: 150 })
    expect(await stored(association, shortImageBytes)).toMatchObject({
      kind: 'aborted',
      error: { code: 'DCM_ABORTED', origin: 'local', source: 0, cause: { timer: 'idle', timeoutMs: 150 } },
    })
    await scp.printed('Association Abort')
    await association.closed
  })

  it('--sleep-after is waited for, as it comes between its answer and the release', async () => {
    await using scp = await Storescp.start('--sleep-after', '1')
    const association = await associate(scp)
    expect(await stored(association)).toBe(0x0000)
    await association.release()
  })

  it('--sleep-after is not waited for beyond the release-response timer', async () => {
    await using scp = await Storescp.start('--sleep-after', '1')
    const association = await associate(scp, { releaseResponseTimeoutMs: 150 })
    expect(await stored(association)).toBe(0x0000)
    await expect(association.release()).rejects.toMatchObject({
      code: 'DCM_ABORTED',
      cause: { timer: 'release-response', timeoutMs: 150 },
    })
    await association.closed
  })

  it('is left by our abort', async () => {
    await using scp = await Storescp.start()
    const association = await associate(scp)
    association.abort()
    expect(await association.ended).toMatchObject({
      kind: 'aborted',
      error: { code: 'DCM_ABORTED', source: 0 },
    })
    await scp.printed('Association Abort')
    await association.closed
  })
})
