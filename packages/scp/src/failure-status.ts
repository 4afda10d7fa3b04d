import { TimeoutError } from '@dcm/association'
import { type Request, statuses } from '@dcm/dimse'
import { ScpClosingError } from './scp-closing-error.ts'
import type { Answer } from './service-operation.ts'
import { StatusError } from './status-error.ts'

interface Failures {
  /** The handler broke. */
  readonly broken: Answer['status']
  /** It was stopped, and might do better another time. */
  readonly stopped: Answer['status']
}

/** PS3.7 10.1.1.1.8 and so on have both. */
const normalized: Failures = { broken: statuses.ProcessingFailure, stopped: statuses.ResourceLimitation }

/** PS3.4 C.4.2.1.5, C.4.3.1.4. */
const retrieve: Failures = {
  broken: statuses.UnableToProcess,
  stopped: statuses.UnableToPerformSuboperations,
}

/** What a service may answer when its handler does not: each has statuses of its own, and 0110H is for DIMSE-N. */
const failures: Readonly<Partial<Record<Request['type'], Failures>>> = {
  // PS3.7 9.1.1.1.9, PS3.4 Table B.2-1: no status for a failure of ours but these.
  'C-STORE-RQ': { broken: statuses.CannotUnderstand, stopped: statuses.RefusedOutOfResources },
  // PS3.4 C.4.1.1.4.
  'C-FIND-RQ': { broken: statuses.UnableToProcess, stopped: statuses.RefusedOutOfResources },
  'C-GET-RQ': retrieve,
  'C-MOVE-RQ': retrieve,
  // PS3.7 9.1.5.1.4 has no status for it; that of PS3.7 C.5.21 says what happened.
  'C-ECHO-RQ': { broken: statuses.ProcessingFailure, stopped: statuses.ProcessingFailure },
}

/** The failure that says no more than that there was one. */
export function processingFailed(type: Request['type']): Answer['status'] {
  return (failures[type] ?? normalized).broken
}

/**
 * The end of an operation that was cancelled before it answered anything: the counts of a C-MOVE and C-GET are mandatory then too
 * (PS3.4 C.4.2.3.1, C.4.3.3.1).
 */
export function cancelledEarly(type: Request['type']): Answer {
  const counts = {
    numberOfCompletedSuboperations: 0,
    numberOfFailedSuboperations: 0,
    numberOfWarningSuboperations: 0,
  }
  return { status: statuses.Cancel, ...((type === 'C-GET-RQ' || type === 'C-MOVE-RQ') && counts) }
}

/** How a request is answered whose handler threw this, or was stopped for this. */
export function failureOf(type: Request['type'], error: unknown): Answer {
  // Of whichever service it is: the compiler does not know what a handler throws.
  if (error instanceof StatusError) return { status: error.status as Answer['status'], ...error.fields }
  if (error instanceof ScpClosingError || error instanceof TimeoutError) {
    return { status: (failures[type] ?? normalized).stopped, errorComment: error.message }
  }
  return { status: processingFailed(type) }
}
