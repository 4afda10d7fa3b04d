import { type OptionKind, requireOptions } from '@dcm/transport'
import { requireMethods } from '../require-scp-options.ts'

/** What the options of most services have. */
const shared = {
  sopClasses: 'array',
  transferSyntaxes: 'array',
  extendedNegotiation: 'function',
  codec: 'object',
} as const

/** Of C-FIND, C-MOVE and C-GET. */
export const queryOptions = { ...shared, maximumIdentifierBytes: 'number' } as const

/** Of C-MOVE and C-GET. */
export const retrieveOptions = {
  ...queryOptions,
  instances: 'function',
  pendingIntervalMs: 'number',
  clock: 'object',
} as const

/** Of DIMSE-N. */
export const normalizedOptions = { ...shared, maximumDataSetBytes: 'number' } as const

/**
 * Options of a service, as JavaScript gives them: one without a handler would refuse each request.
 *
 * @throws UsageError `DCM_OPTION`
 */
export function requireServiceOptions(
  of: string,
  options: { readonly codec?: object },
  kinds: Readonly<Record<string, OptionKind>>,
  required: readonly string[],
): void {
  requireOptions(of, options, kinds, required)
  const { codec } = options
  if (codec !== undefined) requireMethods('codec', codec, ['decode', 'encode'])
}
