import { UsageError } from '@dcm/association'
import type { Request } from '@dcm/dimse'
import type { Service } from './service.ts'

const requestTypes = {
  'C-STORE-RQ': true,
  'C-FIND-RQ': true,
  'C-GET-RQ': true,
  'C-MOVE-RQ': true,
  'C-ECHO-RQ': true,
  'N-EVENT-REPORT-RQ': true,
  'N-GET-RQ': true,
  'N-SET-RQ': true,
  'N-ACTION-RQ': true,
  'N-CREATE-RQ': true,
  'N-DELETE-RQ': true,
} as const satisfies Record<Request['type'], true>

/**
 * Services as JavaScript gives them: the function that makes one, or a handler for `C-FIND`, which no request is.
 *
 * @throws UsageError `DCM_OPTION`
 */
export function requireServices(services: readonly Service[]): void {
  for (const [index, service] of services.entries()) {
    const { abstractSyntaxes, handlers } = Object(service) as Partial<Service>
    const isListed = Array.isArray(abstractSyntaxes) && abstractSyntaxes.every(isObject)
    if (!isListed || !isObject(handlers)) {
      throw new UsageError(
        `services[${String(index)}] is no service; allowed is what storage(), find() and their like give, or abstractSyntaxes with handlers`,
        'DCM_OPTION',
      )
    }
    requireHandlers(handlers)
  }
}

/** @throws UsageError `DCM_OPTION` for what is no request, or no function */
export function requireHandlers(handlers: object): void {
  for (const [type, handler] of Object.entries(handlers) as [string, unknown][]) {
    if (!Object.hasOwn(requestTypes, type)) {
      throw new UsageError(
        `there is no request ${type} to handle; there are ${Object.keys(requestTypes).join(', ')}`,
        'DCM_OPTION',
      )
    }
    if (handler !== undefined && typeof handler !== 'function') {
      throw new UsageError(`the handler of ${type} is no function`, 'DCM_OPTION')
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
