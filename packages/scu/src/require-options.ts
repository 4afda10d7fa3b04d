import { UsageError } from '@dcm/association'
import { requireOptions, requireSignal } from '@dcm/transport'
import type { AssociateOptions } from './associate-options.ts'
import type { CallOptions } from './calls/call-options.ts'

/**
 * What JavaScript gives, before anything is opened. Options that there are not are passed over, since those of `sendFiles` and of a pool
 * come with these.
 *
 * @throws UsageError `DCM_OPTION`
 */
export function requireAssociateOptions(options: AssociateOptions): void {
  const given = Object(options) as Partial<AssociateOptions>
  const { to, transport, contexts, userIdentity, association, onEventReport, clock, instances = [] } = given
  requireOptions(
    'associate()',
    { to, transport, contexts, userIdentity, association, onEventReport, clock },
    {
      to: 'object',
      transport: 'object',
      contexts: 'array',
      userIdentity: 'object',
      association: 'object',
      onEventReport: 'function',
      clock: 'object',
    },
    ['to', 'transport'],
  )
  if (typeof transport?.connect !== 'function') throw wrong('the transport of associate() has no connect()')
  if (!(Symbol.iterator in Object(instances)) || typeof instances === 'string') {
    throw wrong('instances of associate() are no list; allowed is an array, or another iterable')
  }
  requireSignal(given.signal)
}

/**
 * Of one operation. A signal alone would be passed over.
 *
 * @throws UsageError `DCM_OPTION`
 */
export function requireCallOptions(options: CallOptions): void {
  const given: unknown = options
  if (typeof given !== 'object' || given === null) {
    throw wrong(
      `the options of an operation are ${given === null ? 'null' : `a ${typeof given}`}; allowed is an object`,
    )
  }
  if (given instanceof AbortSignal) throw wrong('an AbortSignal is given for options; allowed is { signal }')
  requireSignal(options.signal)
}

function wrong(message: string): UsageError {
  return new UsageError(message, 'DCM_OPTION')
}
