export { type CommandFault, commandFaults } from './command-faults.ts'
export type { CommandOf, CommandSet } from './command-set.ts'
export { decodeCommandSet } from './decode-command-set.ts'
export { DimseDecodeError, type DimseDecodeErrorCode } from './dimse-decode-error.ts'
export { encodeCommandSet } from './encode-command-set.ts'
export type {
  CCancelRq,
  CEchoRq,
  CFindRq,
  CGetRq,
  CMoveRq,
  CStoreRq,
  NActionRq,
  NCreateRq,
  NDeleteRq,
  NEventReportRq,
  NGetRq,
  NSetRq,
  Priority,
  Request,
} from './requests.ts'
export { type Outcome, responseTo, type ResponseTo } from './response-to.ts'
export type {
  CEchoRsp,
  CFindRsp,
  CGetRsp,
  CMoveRsp,
  CStoreRsp,
  NActionRsp,
  NCreateRsp,
  NDeleteRsp,
  NEventReportRsp,
  NGetRsp,
  NSetRsp,
  Response,
} from './responses.ts'
export { type UnrecognizedCommand, unrecognizedResponse } from './unrecognized-command.ts'
