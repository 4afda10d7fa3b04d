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
    const left = bytes.length - offset - elementHeaderBytes
    if (left < 0) {
      faults.push(trailingFault(bytes.length - offset, offset))
      return
    }
    const group = view.getUint16(offset, true)
    const tag = view.getUint16(offset + 2, true)
    const length = view.getUint32(offset + 4, true)
    if (group !== 0x0000) faults.push(groupFault(group, tag, offset))
    else if (tag <= previousTag) faults.push(orderFault(tag, previousTag, offset))
    else previousTag = tag
    // FFFFFFFFH, the undefined length of a sequence, is odd and overruns.
    if (length > left || length % 2 !== 0) {
      faults.push(lengthFault(group, tag, length, left, offset))
      return
    }
    const element = group === 0x0000 ? elementByTag.get(tag) : undefined
    if (element) {
      const { name, vr } = element
      const allowed = allowedLengths[vr]
      if (length > allowed.maximum || length % allowed.multipleOf !== 0) {
        faults.push(valueFault(element, length, allowed.words, offset))
        // Of an element that stands twice, the first counts.
      } else if (values[name] === undefined) {
        const value = readValue(vr, view, offset + elementHeaderBytes, length)
        if (value !== undefined) values[name] = value
      }
    }
    offset += elementHeaderBytes + length
  }
}

/** Of even lengths, those that a value may have. */
const allowedLengths = {
  AE: { maximum: maximumAeTitleLength, multipleOf: 2, words: `${String(maximumAeTitleLength)} at most` },
  AT: { maximum: Infinity, multipleOf: 4, words: 'multiples of 4' },
  LO: { maximum: Infinity, multipleOf: 2, words: 'any' },
  UI: { maximum: Infinity, multipleOf: 2, words: 'any' },
  UL: { maximum: 4, multipleOf: 4, words: '4, or none' },
  US: { maximum: 2, multipleOf: 2, words: '2, or none' },
} satisfies Record<CommandElement['vr'], { maximum: number; multipleOf: number; words: string }>

function trailingFault(length: number, byteOffset: number): ElementFault {
  return {
    message: `${String(length)} bytes behind the last element; an element has at least ${String(elementHeaderBytes)}`,
    code: 'DCM_COMMAND_LENGTH',
    byteOffset,
  }
}

function groupFault(group: number, tag: number, byteOffset: number): ElementFault {
  return {
    message: `element of group ${hex(group)} in a command set; allowed is group 0000`,
    code: 'DCM_COMMAND_GROUP',
    byteOffset,
    tag: group * 0x10000 + tag,
  }
}

function orderFault(tag: number, previousTag: number, byteOffset: number): ElementFault {
  return {
    message: `element (0000,${hex(tag)}) behind (0000,${hex(previousTag)}); elements ascend`,
    code: 'DCM_COMMAND_ORDER',
    byteOffset,
    tag,
  }
}

function lengthFault(
  group: number,
  tag: number,
  length: number,
  left: number,
  byteOffset: number,
): ElementFault {
  return {
    message: `element (${hex(group)},${hex(tag)}) has length ${String(length)}; allowed are even ones up to the ${String(left)} bytes left`,
    code: 'DCM_COMMAND_LENGTH',
    byteOffset,
    tag: group * 0x10000 + tag,
  }
}

function valueFault(
  element: CommandElement,
  length: number,
  allowed: string,
  byteOffset: number,
): ElementFault {
  return {
    message: `${elementLabel(element)} has ${String(length)} bytes; allowed are ${allowed}`,
    code: 'DCM_COMMAND_VALUE_LENGTH',
    byteOffset,
    tag: element.tag,
  }
}

/** A number without a value is as absent; an empty text may be a wrong value, which an SCP answers. */
function readValue(
  vr: CommandElement['vr'],
  view: DataView,
  start: number,
  length: number,
): ElementValue | undefined {
  switch (vr) {
    case 'US':
      return length === 0 ? undefined : view.getUint16(start, true)
    case 'UL':
      return length === 0 ? undefined : view.getUint32(start, true)
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
  while (end > start && (view.getUint8(end - 1) === 0x00 || view.getUint8(end - 1) === 0x20)) end--
  return Buffer.from(view.buffer, view.byteOffset + start, end - start).toString('latin1')
}

function toCommand(layout: MessageLayout, values: ElementValues, bytes: Uint8Array): CommandSet {
  const command: ElementValues & { type: CommandSet['type']; hasDataSet: boolean } = {
    type: layout.type,
    hasDataSet: values.commandDataSetType !== noDataSet,
  }
  for (const field of layout.fields) {
    const { name, mandatory } = field
    const value = name === 'priority' ? (priorities[Number(values.priority)] ?? 'medium') : values[name]
    if (value === undefined && mandatory) {
      throw missing(`${elementLabel(field)} of a ${layout.type}`, field.tag, bytes, values)
    }
    if (value === undefined || (!mandatory && isEmpty(value))) continue
    if (name === 'commandDataSetType') continue
    if (name === 'commandField' && layout.commandField !== undefined) continue
    command[name] = value
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
