import type { UidKeyword } from '@dcm/pdu'
import type { DimseService, DimseServiceOf } from './dimse-services.ts'

/** The two sides of a SOP class (PS3.4 6.7). */
export type ServiceRole = 'SCU' | 'SCP'

/**
 * Who answers a service's requests. Only N-EVENT-REPORT goes from SCP to SCU (PS3.7 10.1.1); the C-STORE of a C-GET does not:
 * its receiver has negotiated to be the SCP of the storage SOP class.
 */
export function performerOf(service: DimseService): ServiceRole {
  return service === 'N-EVENT-REPORT' ? 'SCU' : 'SCP'
}

/**
 * The requests a SOP class has, those of one performer or all, to key handlers by: one that never comes does not compile.
 * `RequestTypeOf<'StorageCommitmentPushModel', 'SCP'>` is `'N-ACTION-RQ'`.
 */
export type RequestTypeOf<
  Keyword extends UidKeyword,
  Performer extends ServiceRole = ServiceRole,
> = `${PerformedBy<Performer, DimseServiceOf<Keyword>>}-RQ`

type PerformedBy<Performer extends ServiceRole, Service extends DimseService> =
  | ('SCP' extends Performer ? Exclude<Service, 'N-EVENT-REPORT'> : never)
  | ('SCU' extends Performer ? Extract<Service, 'N-EVENT-REPORT'> : never)
