import type { CCancelRq, Request } from './requests.ts'
import type { Response } from './responses.ts'
import type { UnrecognizedCommand } from './unrecognized-command.ts'

/**
 * The command of a DIMSE message (PS3.7 9.3, 10.3), told apart by `type`, which is the message's printed name. UIDs and AE
 * titles are text without padding, not yet judged: an SCP answers a wrong one with a status.
 */
export type CommandSet = Request | Response | CCancelRq | UnrecognizedCommand

/** The command of one message: `CommandOf<'C-STORE-RQ'>`. */
export type CommandOf<Type extends CommandSet['type']> = Extract<CommandSet, { type: Type }>
