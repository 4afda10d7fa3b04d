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
import { layoutByType } from './message-layouts.ts'
import type { Priority } from './requests.ts'

const elementHeaderBytes = 8
const groupLengthBytes = 4
/** Command Data Set Type when a data set follows; any value but 0101H would do, and this one is what most peers send. */
const dataSetFollows = 0x0001
/** Which all texts of command sets are, as the rules below say; and that is UTF-8, too. */
const ascii = new TextEncoder()

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
  for (const element of elements) length += elementHeaderBytes + element.length

  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  view.setUint32(4, groupLengthBytes, true)
  view.setUint32(elementHeaderBytes, length - elementHeaderBytes - groupLengthBytes, true)
  let offset = elementHeaderBytes + groupLengthBytes
  for (const element of elements) {
    view.setUint16(offset + 2, element.tag, true)
    view.setUint32(offset + 4, element.length, true)
    offset += elementHeaderBytes
    const { value } = element
    if (typeof value === 'number') {
      view.setUint16(offset, value, true)
    } else if (typeof value === 'string') {
      ascii.encodeInto(value, bytes.subarray(offset))
    } else {
      value.forEach((tag, index) => {
        view.setUint16(offset + 4 * index, tag >>> 16, true)
        view.setUint16(offset + 4 * index + 2, tag & 0xffff, true)
      })
    }
    offset += element.length
  }
  return bytes
}

interface WireElement {
  readonly tag: number
  /** A text with its padding. */
  readonly value: ElementValue
  readonly length: number
}

function elementsOf(command: CommandSet): WireElement[] {
  const layout = layoutByType.get(command.type)
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
  for (const field of layout.fields) {
    const { name, tag, vr, mandatory } = field
    const value = values[name]
    if (value === undefined || (!mandatory && isEmpty(value))) {
      if (!mandatory) continue
      throw new UsageError(
        `${elementLabel(field)} of a ${layout.type} is missing`,
        'DCM_COMMAND_FIELD_MISSING',
      )
    }
    const rule = name === 'priority' ? priorityRule : rules[vr]
    if (!rule.holds(value)) throw impossible(field, value, rule.words)
    if (name === 'priority') {
      elements.push({ tag, value: priorities.indexOf(value as Priority), length: 2 })
    } else if (typeof value === 'number') {
      // A US: the one UL of a command set is its group length.
      elements.push({ tag, value, length: 2 })
    } else if (typeof value === 'string') {
      const padded = value.length % 2 === 0 ? value : value + (vr === 'UI' ? '\0' : ' ')
      elements.push({ tag, value: padded, length: padded.length })
    } else {
      elements.push({ tag, value, length: 4 * value.length })
    }
  }
  return elements
}

const priorityRule = {
  holds: (value: ElementValue) => (priorities as readonly ElementValue[]).includes(value),
  words: priorities.join(', '),
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
