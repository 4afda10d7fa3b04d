import { isAeTitle, isUid, UsageError } from '@dcm/pdu'
import {
  type CommandElement,
  elementLabel,
  type ElementValue,
  type ElementValues,
  isEmpty,
  noDataSet,
  priorities,
} from './command-elements.ts'
import { commandFaults } from './command-faults.ts'
import type { CommandSet } from './command-set.ts'
import { isErrorComment } from './error-comment.ts'
import { layoutOfType } from './message-layouts.ts'

const elementHeaderBytes = 8
const groupLengthBytes = 4
/** Command Data Set Type when a data set follows; any value but 0101H would do, and this one is what most peers send. */
const dataSetFollows = 0x0001

/**
 * A command set in one run of bytes, the caller's to keep: Implicit VR Little Endian, ascending, with its Command Group Length.
 * Optional fields that are empty are left out. With its `request`, a response is also held to what it answers.
 *
 * @throws UsageError `DCM_COMMAND_TYPE`, `DCM_COMMAND_FIELD_MISSING`, `DCM_COMMAND_VALUE`, `DCM_COMMAND_CONDITION`
 */
export function encodeCommandSet(command: CommandSet, request?: CommandSet): Uint8Array {
  const elements = elementsOf(command)
  const [fault] = commandFaults(command, request)
  if (fault) throw new UsageError(fault.message, 'DCM_COMMAND_CONDITION')
  let length = elementHeaderBytes + groupLengthBytes
  for (const { value } of elements) length += elementHeaderBytes + evenLength(value)

  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  view.setUint32(4, groupLengthBytes, true)
  view.setUint32(elementHeaderBytes, length - elementHeaderBytes - groupLengthBytes, true)
  let offset = elementHeaderBytes + groupLengthBytes
  for (const { element, value } of elements) {
    const valueLength = evenLength(value)
    view.setUint16(offset + 2, element.tag, true)
    view.setUint32(offset + 4, valueLength, true)
    writeValue(view, offset + elementHeaderBytes, value, element.vr === 'UI' ? 0x00 : 0x20)
    offset += elementHeaderBytes + valueLength
  }
  return bytes
}

interface WireElement {
  readonly element: CommandElement
  readonly value: ElementValue
}

function elementsOf(command: CommandSet): WireElement[] {
  const layout = layoutOfType(command.type)
  if (!layout) {
    throw new UsageError(
      `${JSON.stringify(command.type)} is no message of PS3.7; allowed are C-STORE-RQ and the like`,
      'DCM_COMMAND_TYPE',
    )
  }
  const values: ElementValues = {
    ...command,
    ...(layout.commandField !== undefined && { commandField: layout.commandField }),
    commandDataSetType: command.hasDataSet ? dataSetFollows : noDataSet,
  }
  const elements: WireElement[] = []
  for (const { element, mandatory } of layout.fields) {
    const value = values[element.name]
    if (value === undefined || (!mandatory && isEmpty(value))) {
      if (!mandatory) continue
      throw new UsageError(
        `${elementLabel(element)} of a ${layout.type} is missing`,
        'DCM_COMMAND_FIELD_MISSING',
      )
    }
    elements.push({ element, value: toWire(element, value) })
  }
  return elements
}

function toWire(element: CommandElement, value: ElementValue): ElementValue {
  if (element.name === 'priority') return priorityCode(element, value)
  const rule = rules[element.vr]
  if (rule.holds(value)) return value
  throw impossible(element, value, rule.words)
}

function priorityCode(element: CommandElement, value: ElementValue): number {
  const code = priorities.findIndex((priority) => priority === value)
  if (code >= 0) return code
  throw impossible(element, value, priorities.join(', '))
}

const rules = {
  AE: { holds: (value) => typeof value === 'string' && isAeTitle(value), words: 'an AE title' },
  AT: { holds: (value) => typeof value === 'object' && value.every(isUint(0xffffffff)), words: 'tags' },
  LO: {
    holds: (value) => typeof value === 'string' && isErrorComment(value),
    words: '1 to 64 printable ASCII characters other than the backslash',
  },
  UI: { holds: (value) => typeof value === 'string' && isUid(value), words: 'a UID' },
  UL: { holds: isUint(0xffffffff), words: '0 to 4294967295' },
  US: { holds: isUint(0xffff), words: '0 to 65535' },
} satisfies Record<CommandElement['vr'], { holds(value: ElementValue): boolean; words: string }>

function isUint(maximum: number) {
  return (value: unknown): boolean =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maximum
}

/** Text is not repeated: it may say who the patient is. */
function impossible(element: CommandElement, value: ElementValue, allowed: string): UsageError {
  const seen = typeof value === 'string' ? `a text of ${String(value.length)} characters` : String(value)
  return new UsageError(
    `${elementLabel(element)} cannot be ${seen.slice(0, 80)}; allowed: ${allowed}`,
    'DCM_COMMAND_VALUE',
  )
}

function evenLength(value: ElementValue): number {
  // A US: the one UL of a command set is its group length.
  if (typeof value === 'number') return 2
  if (typeof value === 'string') return value.length + (value.length % 2)
  return 4 * value.length
}

function writeValue(view: DataView, start: number, value: ElementValue, padding: number): void {
  if (typeof value === 'number') {
    view.setUint16(start, value, true)
  } else if (typeof value === 'string') {
    for (let index = 0; index < value.length; index++) view.setUint8(start + index, value.charCodeAt(index))
    if (value.length % 2 !== 0) view.setUint8(start + value.length, padding)
  } else {
    value.forEach((tag, index) => {
      view.setUint16(start + 4 * index, tag >>> 16, true)
      view.setUint16(start + 4 * index + 2, tag & 0xffff, true)
    })
  }
}
