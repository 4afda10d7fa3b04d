import { type StatusCategory, statusCategory } from '../status/status-category.ts'
import type { CommandSet } from './command-set.ts'
import type { Request } from './requests.ts'
import type { CGetRsp, CMoveRsp, NCreateRsp, Response } from './responses.ts'

/** A condition of PS3.7 9.1 or 10.1 that a command does not keep, although each of its fields is well-formed. */
export interface CommandFault {
  /** The field that is there and should not be, or the other way round, as `0xggggeeee`. */
  readonly tag: number
  readonly message: string
}

/** What counts of a request for its response. */
interface AnsweredRequest {
  readonly type: CommandSet['type']
  readonly affectedSopInstanceUid?: string
}

/**
 * Which conditions a command breaks. What is sent is held to them; what is received is reported, since most of such peers can be
 * understood. With `request`, a response is also held to what it answers.
 */
export function commandFaults(command: CommandSet, request?: AnsweredRequest): CommandFault[] {
  const { hasDataSet } = command
  const category =
    'status' in command && command.type !== 'unrecognized' ? statusCategory(command.status) : undefined
  const faults: CommandFault[] = []
  const entry: Rule | ByCategory = dataSetRules[command.type]
  const rule = typeof entry === 'string' ? entry : category && entry[category]
  if (rule === (hasDataSet ? 'forbidden' : 'required')) {
    const which = typeof entry === 'string' ? '' : ` (${String(category)})`
    faults.push({
      tag: tags.commandDataSetType,
      message: `${named(command)}${which} ${hasDataSet ? 'with' : 'without'} a data set`,
    })
  }
  if ((category === 'pending' || category === 'cancel') && !serialServices.has(command.type)) {
    faults.push({ tag: tags.status, message: `${named(command)} with the status ${category}` })
  }
  switch (command.type) {
    case 'C-GET-RSP':
    case 'C-MOVE-RSP':
      faults.push(...suboperationFaults(command, category))
      break
    // PS3.7 10.1.1.1.5, 10.1.4.1.5: a reply says what it replies to.
    case 'N-EVENT-REPORT-RSP':
      if (!hasDataSet || command.eventTypeId !== undefined) break
      faults.push({
        tag: tags.eventTypeId,
        message: 'an N-EVENT-REPORT-RSP with an event reply without eventTypeId',
      })
      break
    case 'N-ACTION-RSP':
      if (!hasDataSet || command.actionTypeId !== undefined) break
      faults.push({
        tag: tags.actionTypeId,
        message: 'an N-ACTION-RSP with an action reply without actionTypeId',
      })
      break
    case 'N-CREATE-RSP':
      faults.push(...createdInstanceFaults(command, category, request))
  }
  return faults
}

const tags = {
  commandDataSetType: 0x0800,
  status: 0x0900,
  affectedSopInstanceUid: 0x1000,
  eventTypeId: 0x1002,
  actionTypeId: 0x1008,
  remaining: 0x1020,
} as const

/** `a C-ECHO-RQ`, `an N-SET-RQ` */
function named({ type }: CommandSet): string {
  return type.startsWith('N-') ? `an ${type}` : `a ${type}`
}

type Rule = 'required' | 'forbidden' | 'optional'
type ByCategory = Readonly<Partial<Record<StatusCategory, Rule>>>

/** PS3.7 9.3, 10.3: what Command Data Set Type (0000,0800) says, for responses by the kind of status. */
const dataSetRules = {
  'C-STORE-RQ': 'required',
  'C-STORE-RSP': 'forbidden',
  'C-FIND-RQ': 'required',
  'C-FIND-RSP': { pending: 'required', success: 'forbidden', failure: 'forbidden', cancel: 'forbidden' },
  'C-GET-RQ': 'required',
  // Otherwise the list of failed instances, when some failed (PS3.4 C.4.2.1.4.2, C.4.3.1.3.2).
  'C-GET-RSP': { pending: 'forbidden', success: 'forbidden' },
  'C-MOVE-RQ': 'required',
  'C-MOVE-RSP': { pending: 'forbidden', success: 'forbidden' },
  'C-ECHO-RQ': 'forbidden',
  'C-ECHO-RSP': 'forbidden',
  'C-CANCEL-RQ': 'forbidden',
  'N-EVENT-REPORT-RQ': 'optional',
  'N-EVENT-REPORT-RSP': 'optional',
  'N-GET-RQ': 'forbidden',
  'N-GET-RSP': { success: 'required' },
  'N-SET-RQ': 'required',
  'N-SET-RSP': 'optional',
  'N-ACTION-RQ': 'optional',
  'N-ACTION-RSP': 'optional',
  'N-CREATE-RQ': 'optional',
  'N-CREATE-RSP': 'optional',
  'N-DELETE-RQ': 'forbidden',
  'N-DELETE-RSP': 'forbidden',
  unrecognized: 'optional',
} as const satisfies Record<CommandSet['type'], Rule | ByCategory>

/** The services that may answer more than once, and that C-CANCEL ends (PS3.7 9.1.2, 9.1.3, 9.1.4). */
export const serialServices: ReadonlySet<string> = new Set<(Request | Response)['type']>([
  'C-FIND-RQ',
  'C-FIND-RSP',
  'C-GET-RQ',
  'C-GET-RSP',
  'C-MOVE-RQ',
  'C-MOVE-RSP',
])

const counts = [
  'numberOfRemainingSuboperations',
  'numberOfCompletedSuboperations',
  'numberOfFailedSuboperations',
  'numberOfWarningSuboperations',
] as const

/** PS3.4 C.4.2.1.6 to C.4.2.1.9, C.4.3.1.5 to C.4.3.1.8: a pending response counts; only one that ends early says what remains. */
function suboperationFaults(
  command: CGetRsp | CMoveRsp,
  category: StatusCategory | undefined,
): CommandFault[] {
  if (category === 'pending') {
    return counts.flatMap((name, index) =>
      command[name] === undefined
        ? [{ tag: tags.remaining + index, message: `a pending ${command.type} without ${name}` }]
        : [],
    )
  }
  if (category === 'cancel' || command.numberOfRemainingSuboperations === undefined) return []
  return [
    {
      tag: tags.remaining,
      message: `a ${command.type} (${String(category)}) with numberOfRemainingSuboperations`,
    },
  ]
}

/** PS3.7 10.1.5.1.4: who leaves the instance UID to the performer is told which it is. */
function createdInstanceFaults(
  command: NCreateRsp,
  category: StatusCategory | undefined,
  request: AnsweredRequest | undefined,
): CommandFault[] {
  if (request?.type !== 'N-CREATE-RQ') return []
  if (category !== 'success' && category !== 'warning') return []
  if (request.affectedSopInstanceUid !== undefined || command.affectedSopInstanceUid !== undefined) return []
  return [
    {
      tag: tags.affectedSopInstanceUid,
      message: 'an N-CREATE-RSP without the affectedSopInstanceUid that its request left open',
    },
  ]
}
