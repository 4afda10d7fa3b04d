import { type CommandElement, commandElements, type ElementName } from './command-elements.ts'
import type { CommandOf, CommandSet } from './command-set.ts'

/** Which elements one message has. */
export interface MessageLayout {
  readonly type: CommandSet['type']
  /** Undefined for unrecognized commands, which bring their own. */
  readonly commandField: number | undefined
  /** Those besides Command Group Length, in the order they travel in. */
  readonly fields: readonly MessageField[]
}

interface MessageField extends CommandElement {
  readonly mandatory: boolean
}

/** `M` mandatory, `U` user option, as in the parameter tables of PS3.7 9.1 and 10.1. */
type Usage<Command, Name extends keyof Command> = object extends Pick<Command, Name> ? 'U' : 'M'

type Row<Type extends CommandSet['type']> = readonly [
  commandField: Type extends 'unrecognized' ? undefined : number,
  fields: {
    readonly [Name in Exclude<keyof CommandOf<Type>, 'type' | 'hasDataSet' | 'commandField'>]-?: Usage<
      CommandOf<Type>,
      Name
    >
  },
]

const affectedClassRequest = { affectedSopClassUid: 'M', messageId: 'M' } as const
const requestedInstanceRequest = {
  requestedSopClassUid: 'M',
  messageId: 'M',
  requestedSopInstanceUid: 'M',
} as const
const response = {
  affectedSopClassUid: 'U',
  messageIdBeingRespondedTo: 'M',
  status: 'M',
  offendingElement: 'U',
  errorComment: 'U',
  errorId: 'U',
} as const
const instanceResponse = { ...response, affectedSopInstanceUid: 'U' } as const
const attributesResponse = { ...instanceResponse, attributeIdentifierList: 'U' } as const
const suboperationsResponse = {
  ...response,
  numberOfRemainingSuboperations: 'U',
  numberOfCompletedSuboperations: 'U',
  numberOfFailedSuboperations: 'U',
  numberOfWarningSuboperations: 'U',
} as const

/** PS3.7 9.3 and 10.3, with the Command Field of each. */
const table = {
  'C-STORE-RQ': [
    0x0001,
    {
      ...affectedClassRequest,
      priority: 'M',
      affectedSopInstanceUid: 'M',
      moveOriginatorApplicationEntityTitle: 'U',
      moveOriginatorMessageId: 'U',
    },
  ],
  'C-STORE-RSP': [0x8001, instanceResponse],
  'C-GET-RQ': [0x0010, { ...affectedClassRequest, priority: 'M' }],
  'C-GET-RSP': [0x8010, suboperationsResponse],
  'C-FIND-RQ': [0x0020, { ...affectedClassRequest, priority: 'M' }],
  'C-FIND-RSP': [0x8020, response],
  'C-MOVE-RQ': [0x0021, { ...affectedClassRequest, moveDestination: 'M', priority: 'M' }],
  'C-MOVE-RSP': [0x8021, suboperationsResponse],
  'C-ECHO-RQ': [0x0030, affectedClassRequest],
  'C-ECHO-RSP': [0x8030, response],
  'C-CANCEL-RQ': [0x0fff, { messageIdBeingRespondedTo: 'M' }],
  'N-EVENT-REPORT-RQ': [0x0100, { ...affectedClassRequest, affectedSopInstanceUid: 'M', eventTypeId: 'M' }],
  'N-EVENT-REPORT-RSP': [0x8100, { ...instanceResponse, eventTypeId: 'U' }],
  'N-GET-RQ': [0x0110, { ...requestedInstanceRequest, attributeIdentifierList: 'U' }],
  'N-GET-RSP': [0x8110, attributesResponse],
  'N-SET-RQ': [0x0120, requestedInstanceRequest],
  'N-SET-RSP': [0x8120, attributesResponse],
  'N-ACTION-RQ': [0x0130, { ...requestedInstanceRequest, actionTypeId: 'M' }],
  'N-ACTION-RSP': [0x8130, { ...attributesResponse, actionTypeId: 'U' }],
  'N-CREATE-RQ': [0x0140, { ...affectedClassRequest, affectedSopInstanceUid: 'U' }],
  'N-CREATE-RSP': [0x8140, attributesResponse],
  'N-DELETE-RQ': [0x0150, requestedInstanceRequest],
  'N-DELETE-RSP': [0x8150, instanceResponse],
  unrecognized: [
    undefined,
    { affectedSopClassUid: 'U', messageId: 'U', messageIdBeingRespondedTo: 'U', status: 'U' },
  ],
} as const satisfies { readonly [Type in CommandSet['type']]: Row<Type> }

const layouts = Object.entries(table).map(([type, [commandField, usages]]) =>
  toLayout(type as CommandSet['type'], commandField, usages),
)
const unrecognized = toLayout('unrecognized', ...table.unrecognized)
/** None for a type that only a caller without types can give. */
export const layoutByType: ReadonlyMap<string, MessageLayout> = new Map(
  layouts.map((layout) => [layout.type, layout]),
)
const layoutByCommandField: ReadonlyMap<unknown, MessageLayout> = new Map(
  layouts.map((layout) => [layout.commandField, layout]),
)

/** That of unrecognized commands when the Command Field is none of PS3.7 Table E.1-1. */
export function layoutOfCommandField(commandField: number): MessageLayout {
  return layoutByCommandField.get(commandField) ?? unrecognized
}

type Usages = Readonly<Partial<Record<ElementName, 'M' | 'U'>>>

function toLayout(type: CommandSet['type'], commandField: number | undefined, usages: Usages): MessageLayout {
  const used: Usages = { commandField: 'M', commandDataSetType: 'M', ...usages }
  const fields: MessageField[] = []
  for (const element of commandElements) {
    const usage = used[element.name]
    if (usage !== undefined) fields.push({ ...element, mandatory: usage === 'M' })
  }
  return { type, commandField, fields }
}
