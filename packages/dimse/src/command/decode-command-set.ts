import { maximumAeTitleLength } from '@dcm/pdu'
import {
  type CommandElement,
  elementByTag,
  elementLabel,
  type ElementValue,
  type ElementValues,
  isEmpty,
  noDataSet,
  priorities,
} from './command-elements.ts'
import type { CommandSet } from './command-set.ts'
import { DimseDecodeError, type DimseDecodeErrorCode } from './dimse-decode-error.ts'
import { layoutOfCommandField, type MessageLayout } from './message-layouts.ts'
import { responseBit } from './unrecognized-command.ts'

/** Tag and length of an element in Implicit VR Little Endian (PS3.5 7.1.3). */
const elementHeaderBytes = 8

/**
 * A whole command set, in Implicit VR Little Endian (PS3.7 6.3.1). Keeps no view of `bytes`.
 *
 * Lenient where peers err without harm: Command Group Length may be absent or wrong, a missing or unknown priority is medium,
 * UIDs may be malformed or too long (an SCP answers them with a status), unknown elements and elements of other messages are
 * ignored, and an optional element without a value counts as absent. In a response so are elements of other groups, such as the
 * list of failed instances that Orthanc 1.10 writes behind the status of a C-GET: the answer is known all the same.
 *
 * @throws DimseDecodeError, the first there is, with what of the command could be read all the same: enough to answer it.
 */
export function decodeCommandSet(bytes: Uint8Array): CommandSet {
  const values: ElementValues = {}
  const faults: ElementFault[] = []
  readElements(bytes, values, faults)
  const { commandField } = values
  const isResponse = typeof commandField === 'number' && commandField >= responseBit
  const fault = faults.find(({ code }) => !isResponse || code !== 'DCM_COMMAND_GROUP')
  if (fault) throw failure(fault, values)
  if (typeof commandField !== 'number') throw missing('(0000,0100) commandField', 0x0100, bytes, values)
  const layout = layoutOfCommandField(commandField)
  if (layout.type === 'unrecognized') {
    // Only the message ID that fits its kind, so that who sees one knows which.
    if (commandField >= responseBit) delete values.messageId
    else delete values.messageIdBeingRespondedTo
  }
  return toCommand(layout, values, bytes)
}

interface ElementFault {
  readonly message: string
  readonly code: DimseDecodeErrorCode
  readonly byteOffset: number
  readonly tag?: number
}

/** Reads on behind a fault while it is known where the next element begins. */
function readElements(bytes: Uint8Array, values: ElementValues, faults: ElementFault[]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let previousTag = -1
  let offset = 0
  while (offset < bytes.length) {
    const left = bytes.length - offset
    if (left < elementHeaderBytes) {
      faults.push({
        message: `${String(left)} bytes behind the last element; an element has at least ${String(elementHeaderBytes)}`,
        code: 'DCM_COMMAND_LENGTH',
        byteOffset: offset,
      })
      return
    }
    const group = view.getUint16(offset, true)
    const tag = view.getUint16(offset + 2, true)
    const length = view.getUint32(offset + 4, true)
    const header = { group, tag, length, previousTag, left: left - elementHeaderBytes, offset }
    const unreadable = lengthFault(header) ?? valueFault(header)
    const misplaced = orderFault(header)
    if (misplaced) faults.push(misplaced)
    if (unreadable) faults.push(unreadable)
    if (unreadable?.code === 'DCM_COMMAND_LENGTH') return
    const element = group === 0 ? elementByTag.get(tag) : undefined
    // Of an element that stands twice, the first counts.
    if (element && !unreadable && values[element.name] === undefined) {
      const value = readValue(element, view, offset + elementHeaderBytes, length)
      if (value !== undefined) values[element.name] = value
    }
    if (group === 0) previousTag = Math.max(previousTag, tag)
    offset += elementHeaderBytes + length
  }
}

interface ElementHeader {
  readonly group: number
  readonly tag: number
  readonly length: number
  readonly previousTag: number
  readonly left: number
  readonly offset: number
}

function orderFault({ group, tag, previousTag, offset }: ElementHeader): ElementFault | undefined {
  const full = group * 0x10000 + tag
  if (group !== 0x0000) {
    return {
      message: `element of group ${hex(group)} in a command set; allowed is group 0000`,
      code: 'DCM_COMMAND_GROUP',
      byteOffset: offset,
      tag: full,
    }
  }
  if (tag > previousTag) return undefined
  return {
    message: `element (0000,${hex(tag)}) behind (0000,${hex(previousTag)}); elements ascend`,
    code: 'DCM_COMMAND_ORDER',
    byteOffset: offset,
    tag: full,
  }
}

function lengthFault({ group, tag, length, left, offset }: ElementHeader): ElementFault | undefined {
  // FFFFFFFFH, the undefined length of a sequence, is odd and overruns.
  if (length <= left && length % 2 === 0) return undefined
  return {
    message: `element (${hex(group)},${hex(tag)}) has length ${String(length)}; allowed are even ones up to the ${String(left)} bytes left`,
    code: 'DCM_COMMAND_LENGTH',
    byteOffset: offset,
    tag: group * 0x10000 + tag,
  }
}

function valueFault({ group, tag, length, offset }: ElementHeader): ElementFault | undefined {
  const element = group === 0 ? elementByTag.get(tag) : undefined
  if (!element) return undefined
  const allowed = allowedLengths[element.vr]
  if (allowed.holds(length)) return undefined
  return {
    message: `${elementLabel(element)} has ${String(length)} bytes; allowed are ${allowed.words}`,
    code: 'DCM_COMMAND_VALUE_LENGTH',
    byteOffset: offset,
    tag: element.tag,
  }
}

const allowedLengths = {
  AE: {
    holds: (length) => length <= maximumAeTitleLength,
    words: `${String(maximumAeTitleLength)} at most`,
  },
  AT: { holds: (length) => length % 4 === 0, words: 'multiples of 4' },
  LO: { holds: () => true, words: 'any' },
  UI: { holds: () => true, words: 'any' },
  UL: { holds: (length) => length === 4 || length === 0, words: '4, or none' },
  US: { holds: (length) => length === 2 || length === 0, words: '2, or none' },
} satisfies Record<CommandElement['vr'], { holds(length: number): boolean; words: string }>

function readValue(
  { name, vr }: CommandElement,
  view: DataView,
  start: number,
  length: number,
): ElementValue | undefined {
  // A number without a value is as absent; an empty text may be a wrong value, which an SCP answers.
  if (length === 0 && (vr === 'US' || vr === 'UL')) return undefined
  switch (vr) {
    case 'US': {
      const value = view.getUint16(start, true)
      return name === 'priority' ? (priorities[value] ?? 'medium') : value
    }
    case 'UL':
      return view.getUint32(start, true)
    case 'AT':
      return Array.from({ length: length / 4 }, (_, index) => readTag(view, start + 4 * index))
    case 'AE':
    case 'LO':
      // PS3.5 6.2: leading spaces are not significant here.
      return readText(view, start, start + length).replace(/^ +/, '')
    case 'UI':
      return readText(view, start, start + length)
  }
}

function readTag(view: DataView, start: number): number {
  return view.getUint16(start, true) * 0x10000 + view.getUint16(start + 2, true)
}

/** Bytes as characters of the same number, less the NULs and spaces that peers pad with. */
function readText(view: DataView, start: number, to: number): string {
  let end = to
  while (end > start && isPadding(view.getUint8(end - 1))) end--
  let text = ''
  for (let position = start; position < end; position++) text += String.fromCharCode(view.getUint8(position))
  return text
}

function isPadding(byte: number): boolean {
  return byte === 0x00 || byte === 0x20
}

function toCommand(layout: MessageLayout, values: ElementValues, bytes: Uint8Array): CommandSet {
  const command: ElementValues & { type: CommandSet['type']; hasDataSet: boolean } = {
    type: layout.type,
    hasDataSet: values.commandDataSetType !== noDataSet,
  }
  for (const { element, mandatory } of layout.fields) {
    const value = element.name === 'priority' ? (values.priority ?? 'medium') : values[element.name]
    if (value === undefined && mandatory) {
      throw missing(`${elementLabel(element)} of a ${layout.type}`, element.tag, bytes, values)
    }
    if (value === undefined || (isEmpty(value) && !mandatory)) continue
    if (element.name === 'commandDataSetType') continue
    if (element.name === 'commandField' && layout.commandField !== undefined) continue
    command[element.name] = value
  }
  return command as CommandSet
}

function missing(what: string, tag: number, bytes: Uint8Array, values: ElementValues): DimseDecodeError {
  return failure(
    {
      message: `${what} is missing`,
      code: 'DCM_COMMAND_FIELD_MISSING',
      byteOffset: bytes.length,
      tag,
    },
    values,
  )
}

function failure(fault: ElementFault, values: ElementValues): DimseDecodeError {
  const { messageId, commandField, commandDataSetType } = values
  return new DimseDecodeError(fault.message, {
    ...fault,
    messageId: typeof messageId === 'number' ? messageId : undefined,
    commandField: typeof commandField === 'number' ? commandField : undefined,
    hasDataSet: commandDataSetType === undefined ? undefined : commandDataSetType !== noDataSet,
  })
}

function hex(number: number): string {
  return number.toString(16).padStart(4, '0').toUpperCase()
}
