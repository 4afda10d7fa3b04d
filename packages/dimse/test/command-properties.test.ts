import {
  commandFaults,
  type CommandSet,
  decodeCommandSet,
  DimseDecodeError,
  encodeCommandSet,
} from '@dcm/dimse'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commandVectors } from './command-vectors.ts'

const us = fc.nat({ max: 0xffff })
const uid = fc
  .array(fc.nat({ max: 99999 }), { minLength: 1, maxLength: 10 })
  .map((components) => components.join('.'))
const aeTitle = fc.stringMatching(/^[!-[\]-~]([ -[\]-~]{0,14}[!-[\]-~])?$/)
const errorComment = fc.stringMatching(/^[!-[\]-~]([ -[\]-~]{0,62}[!-[\]-~])?$/)
const tags = fc.array(fc.nat({ max: 0xffffffff }), { minLength: 1, maxLength: 20 })

/** An arbitrary value for each field; which a message has is taken from its vectors. */
const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  hasDataSet: fc.boolean(),
  affectedSopClassUid: uid,
  requestedSopClassUid: uid,
  affectedSopInstanceUid: uid,
  requestedSopInstanceUid: uid,
  messageId: us,
  messageIdBeingRespondedTo: us,
  priority: fc.constantFrom('medium', 'high', 'low'),
  moveDestination: aeTitle,
  moveOriginatorApplicationEntityTitle: aeTitle,
  moveOriginatorMessageId: us,
  // Among all numbers those that conditions depend on would never come.
  status: fc.oneof(us, fc.constantFrom(0x0000, 0xff00, 0xfe00, 0xb000)),
  errorComment,
  errorId: us,
  offendingElement: tags,
  attributeIdentifierList: tags,
  eventTypeId: us,
  actionTypeId: us,
  numberOfRemainingSuboperations: us,
  numberOfCompletedSuboperations: us,
  numberOfFailedSuboperations: us,
  numberOfWarningSuboperations: us,
}

const command = fc.constantFrom(...commandVectors).chain(({ command: example }) => {
  const fields = Object.fromEntries(
    Object.keys(example).flatMap((name) => (values[name] ? [[name, values[name]]] : [])),
  )
  const fixed = 'commandField' in example ? { commandField: example.commandField } : {}
  return fc
    .record(fields)
    .map((rest) => ({ type: example.type, ...fixed, ...rest }) as CommandSet)
    .filter((sent) => commandFaults(sent).length === 0)
})

test('what is encoded is decoded', () => {
  fc.assert(
    fc.property(command, (sent) => {
      const bytes = encodeCommandSet(sent)
      expect(decodeCommandSet(bytes)).toEqual(sent)
      expect(new DataView(bytes.buffer).getUint32(8, true)).toBe(bytes.length - 12)
    }),
    { numRuns: 2000 },
  )
})

function expectCommandOrError(bytes: Uint8Array): void {
  try {
    expect(decodeCommandSet(bytes).type).toMatch(/^[CN]-[A-Z-]+-R(Q|SP)$|^unrecognized$/)
  } catch (error) {
    if (!(error instanceof DimseDecodeError)) throw error
    expect(error.byteOffset).toBeLessThanOrEqual(bytes.length)
  }
}

test('arbitrary bytes give a command set or a DimseDecodeError', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), expectCommandOrError), { numRuns: 2000 })
})

test('arbitrary elements give a command set or a DimseDecodeError', () => {
  const element = fc
    .tuple(
      fc.constantFrom(
        0x0000,
        0x0002,
        0x0100,
        0x0110,
        0x0120,
        0x0600,
        0x0700,
        0x0800,
        0x0900,
        0x0901,
        0x1000,
        0x1005,
      ),
      fc.oneof(fc.uint8Array({ minLength: 2, maxLength: 2 }), fc.uint8Array({ maxLength: 80 })),
    )
    .map(([tag, value]) => {
      const header = Buffer.alloc(8)
      header.writeUInt16LE(tag, 2)
      header.writeUInt32LE(value.length, 4)
      return { tag, bytes: Buffer.concat([header, value]) }
    })
  const elements = fc
    .array(element, { maxLength: 12 })
    .map((all) => Buffer.concat(all.sort((one, other) => one.tag - other.tag).map(({ bytes }) => bytes)))
  fc.assert(fc.property(elements, expectCommandOrError), { numRuns: 2000 })
})

test('mutated vectors give a command set or a DimseDecodeError', () => {
  const mutation = fc.record({
    vector: fc.constantFrom(...commandVectors),
    changes: fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
    cut: fc.option(fc.nat(), { freq: 3 }),
  })
  fc.assert(
    fc.property(mutation, ({ vector, changes, cut }) => {
      const bytes = vector.bytes.slice()
      for (const [position, value] of changes) bytes[position % bytes.length] = value
      expectCommandOrError(cut === null ? bytes : bytes.subarray(0, cut % bytes.length))
    }),
    { numRuns: 5000 },
  )
})
