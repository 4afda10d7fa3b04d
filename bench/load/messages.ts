import { encodeCommandSet } from '../../packages/dimse/src/index.ts'
import {
  DicomApplicationContext,
  encodePDataTf,
  encodePdu,
  ExplicitVRLittleEndian,
  parseUid,
  uidOf,
  Verification,
} from '../../packages/pdu/src/index.ts'

/** `dicom` for an SCP; `plain` for the plain server: a PDU header, then as many bytes as it says, of no meaning. */
export type Protocol = 'dicom' | 'plain'

/** A message cut so that what many have in common is made once: `first`, then `block` so many times, then `last`. */
export interface Message {
  readonly first: Uint8Array
  readonly block: Uint8Array
  readonly blocks: number
  readonly last: Uint8Array
}

const nothing = new Uint8Array(0)
/** As much as one write of the sender takes. */
const blockBytes = 1024 * 1024
const pduHeaderBytes = 6
const pdvHeaderBytes = 6
const presentationContextId = 1
const ctImageStorage = uidOf('CTImageStorage')
const studyInstanceUid = '2.25.1'

export const releaseRequest = encodePdu({ type: 'A-RELEASE-RQ' })

export function associateRequest(kind: 'store' | 'echo' | 'associate'): Uint8Array {
  return encodePdu({
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAeTitle: 'ARCHIVE',
    callingAeTitle: 'BENCH',
    applicationContextName: DicomApplicationContext,
    presentationContexts: [
      {
        presentationContextId,
        abstractSyntax: kind === 'store' ? ctImageStorage : Verification,
        transferSyntaxes: [ExplicitVRLittleEndian],
      },
    ],
    userInformation: { maximumLength: 16_384, implementationClassUid: parseUid('2.25.2') },
  })
}

export function echoRequest(): Message {
  const command = encodeCommandSet({
    type: 'C-ECHO-RQ',
    messageId: 1,
    affectedSopClassUid: Verification,
    hasDataSet: false,
  })
  return { first: commandPdu(command), block: nothing, blocks: 0, last: nothing }
}

/** One C-STORE for each UID, in P-DATA-TFs of the length the acceptor announced. */
export function storeRequests(
  sopInstanceUids: readonly string[],
  objectBytes: number,
  maximumLength: number,
): Message[] {
  const pixels = pixelPdus(objectBytes, maximumLength)
  return sopInstanceUids.map((sopInstanceUid) => {
    const command = encodeCommandSet({
      type: 'C-STORE-RQ',
      messageId: 1,
      affectedSopClassUid: ctImageStorage,
      affectedSopInstanceUid: parseUid(sopInstanceUid),
      priority: 'medium',
      hasDataSet: true,
    })
    const head = dataSetHead(sopInstanceUid, objectBytes)
    return { ...pixels, first: Buffer.concat([commandPdu(command), dataPdu(head, false)]) }
  })
}

/** As many bytes as the message has, in one frame. */
export function plainMessage({ first, block, blocks, last }: Message): Message {
  const length = first.length + block.length * blocks + last.length
  const framed = Buffer.from(first)
  framed[0] = 0x04
  framed.writeUInt32BE(length - pduHeaderBytes, 2)
  return { first: framed, block, blocks, last }
}

function pixelPdus(objectBytes: number, maximumLength: number): Omit<Message, 'first'> {
  const payloadBytes = (maximumLength === 0 ? 131_072 : maximumLength) - pdvHeaderBytes
  const pixels = Buffer.alloc(payloadBytes, 'pixels')
  const full = Math.ceil(objectBytes / payloadBytes) - 1
  const inBlock = Math.min(Math.max(full, 1), Math.floor(blockBytes / payloadBytes))
  const pdu = dataPdu(pixels, false)
  const blocks = Math.floor(full / inBlock)
  return {
    block: Buffer.concat(Array.from({ length: inBlock }, () => pdu)),
    blocks,
    last: Buffer.concat([
      ...Array.from({ length: full - blocks * inBlock }, () => pdu),
      dataPdu(pixels.subarray(0, objectBytes - full * payloadBytes), true),
    ]),
  }
}

/** Explicit VR Little Endian: what identifies the object, and the header of its pixel data. */
function dataSetHead(sopInstanceUid: string, pixelBytes: number): Uint8Array {
  const pixelData = Buffer.from('e07f10004f57000000000000', 'hex')
  pixelData.writeUInt32LE(pixelBytes, 8)
  return Buffer.concat([
    uidElement(0x0008, 0x0016, ctImageStorage),
    uidElement(0x0008, 0x0018, sopInstanceUid),
    uidElement(0x0020, 0x000d, studyInstanceUid),
    uidElement(0x0020, 0x000e, `${studyInstanceUid}.1`),
    pixelData,
  ])
}

function uidElement(group: number, element: number, uid: string): Uint8Array {
  const value = uid.length % 2 === 0 ? uid : `${uid}\0`
  const header = Buffer.alloc(8)
  header.writeUInt16LE(group, 0)
  header.writeUInt16LE(element, 2)
  header.write('UI', 4, 'latin1')
  header.writeUInt16LE(value.length, 6)
  return Buffer.concat([header, Buffer.from(value, 'latin1')])
}

function commandPdu(command: Uint8Array): Uint8Array {
  return Buffer.concat(
    encodePDataTf([{ presentationContextId, isCommand: true, isLast: true, data: [command] }]),
  )
}

function dataPdu(data: Uint8Array, isLast: boolean): Uint8Array {
  return Buffer.concat(encodePDataTf([{ presentationContextId, isCommand: false, isLast, data: [data] }]))
}
