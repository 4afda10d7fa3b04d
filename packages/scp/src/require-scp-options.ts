import { requireUserIdentityPolicy, UsageError } from '@dcm/association'
import { type OptionKinds, requireOptions } from '@dcm/transport'
import type { Logger } from './logger.ts'
import type { ScpOptions } from './options.ts'

const optionKinds = {
  aeTitle: 'string',
  transport: 'object',
  services: 'array',
  checkCalledAeTitle: 'boolean',
  requireIdentity: 'function',
  identity: 'object',
  admit: 'function',
  maxAssociations: 'number',
  admission: 'object',
  maxAwaitingRequest: 'number',
  authorize: 'function',
  maxOperationsPerformed: 'number',
  maxOperationsInvoked: 'number',
  handlerTimeoutMs: 'number',
  messageTimeoutMs: 'number',
  responseTimeoutMs: 'number',
  association: 'object',
  logger: 'object|function',
  clock: 'object',
} as const satisfies OptionKinds<ScpOptions>

const levels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly (keyof Logger)[]

/**
 * Who writes JavaScript, or reads options from a file, has no compiler: with a misspelt `requireIdentity` anybody may call.
 *
 * @throws UsageError `DCM_OPTION`
 */
export function requireScpOptions(options: ScpOptions): void {
  requireOptions('createScp()', options, optionKinds, ['aeTitle', 'transport', 'services'])
  const { transport, logger, identity } = options
  requireMethods('transport', transport, ['listen'])
  if (logger !== undefined) requireMethods('logger', logger, levels)
  if (identity !== undefined) requireUserIdentityPolicy(identity)
}

/** @throws UsageError `DCM_OPTION` */
export function requireMethods(name: string, object: object, methods: readonly string[]): void {
  const missing = methods.find(
    (method) => typeof (object as Readonly<Record<string, unknown>>)[method] !== 'function',
  )
  if (missing !== undefined) throw new UsageError(`the ${name} has no ${missing}()`, 'DCM_OPTION')
}
