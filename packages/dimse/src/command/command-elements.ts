/** Value representations of command elements; PS3.7 Annex E has no others that matter. */
type CommandVr = 'AE' | 'AT' | 'LO' | 'UI' | 'UL' | 'US'

/** One element of a command set. */
export interface CommandElement {
  readonly name: ElementName
  /** The element number; the group is 0000. */
  readonly tag: number
  readonly vr: CommandVr
}

/** PS3.7 Table E.1-1; elements that are not here, the retired ones of Table E.2-1 among them, are ignored. */
const table = {
  commandGroupLength: [0x0000, 'UL'],
  affectedSopClassUid: [0x0002, 'UI'],
  requestedSopClassUid: [0x0003, 'UI'],
  commandField: [0x0100, 'US'],
  messageId: [0x0110, 'US'],
  messageIdBeingRespondedTo: [0x0120, 'US'],
  moveDestination: [0x0600, 'AE'],
  priority: [0x0700, 'US'],
  commandDataSetType: [0x0800, 'US'],
  status: [0x0900, 'US'],
  offendingElement: [0x0901, 'AT'],
  errorComment: [0x0902, 'LO'],
  errorId: [0x0903, 'US'],
  affectedSopInstanceUid: [0x1000, 'UI'],
  requestedSopInstanceUid: [0x1001, 'UI'],
  eventTypeId: [0x1002, 'US'],
  attributeIdentifierList: [0x1005, 'AT'],
  actionTypeId: [0x1008, 'US'],
  numberOfRemainingSuboperations: [0x1020, 'US'],
  numberOfCompletedSuboperations: [0x1021, 'US'],
  numberOfFailedSuboperations: [0x1022, 'US'],
  numberOfWarningSuboperations: [0x1023, 'US'],
  moveOriginatorApplicationEntityTitle: [0x1030, 'AE'],
  moveOriginatorMessageId: [0x1031, 'US'],
} as const satisfies Record<string, readonly [tag: number, vr: CommandVr]>

export type ElementName = keyof typeof table

/** Elements of any command set, by name, before anybody asked which message it is. */
export type ElementValues = Partial<Record<ElementName, ElementValue>>

export type ElementValue = number | string | readonly number[]

/** In ascending order of their tags, which is the order they travel in. */
export const commandElements: readonly CommandElement[] = Object.entries(table).map(([name, [tag, vr]]) => ({
  name: name as ElementName,
  tag,
  vr,
}))

export const elementByTag: ReadonlyMap<number, CommandElement> = new Map(
  commandElements.map((element) => [element.tag, element]),
)

/** Priority (0000,0700), each at its value. */
export const priorities = ['medium', 'high', 'low'] as const

/** Command Data Set Type (0000,0800) when no data set follows; any other value announces one. */
export const noDataSet = 0x0101

/** An optional element without a value says as much as none. */
export function isEmpty(value: ElementValue): boolean {
  return typeof value !== 'number' && value.length === 0
}

/** `(0000,0800) commandDataSetType`, for error messages. */
export function elementLabel({ tag, name }: CommandElement): string {
  return `(0000,${tag.toString(16).padStart(4, '0').toUpperCase()}) ${name}`
}
