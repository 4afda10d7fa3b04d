import type { Abort, AssociateRj } from '@dcm/pdu'

const results: Readonly<Record<number, string>> = { 1: 'rejected-permanent', 2: 'rejected-transient' }

const sources: Readonly<Record<number, string>> = {
  1: 'service-user',
  2: 'service-provider (ACSE)',
  3: 'service-provider (presentation)',
}

const rejectionReasons: Readonly<Record<string, string>> = {
  '1.1': 'no-reason-given',
  '1.2': 'application-context-name-not-supported',
  '1.3': 'calling-AE-title-not-recognized',
  '1.7': 'called-AE-title-not-recognized',
  '2.1': 'no-reason-given',
  '2.2': 'protocol-version-not-supported',
  '3.1': 'temporary-congestion',
  '3.2': 'local-limit-exceeded',
}

const abortReasons: Readonly<Record<number, string>> = {
  0: 'reason-not-specified',
  1: 'unrecognized-PDU',
  2: 'unexpected-PDU',
  4: 'unrecognized-PDU-parameter',
  5: 'unexpected-PDU-parameter',
  6: 'invalid-PDU-parameter-value',
}

/** Results of a presentation context (PS3.8 Table 9-18). */
export const contextResults = [
  'acceptance',
  'user-rejection',
  'no-reason (provider rejection)',
  'abstract-syntax-not-supported',
  'transfer-syntaxes-not-supported',
] as const

/** An A-ASSOCIATE-RJ in the words of PS3.8 Table 9-21. */
export function rejectionWords(rejection: Pick<AssociateRj, 'result' | 'source' | 'reason'>): string {
  const { result, source, reason } = rejection
  return [
    results[result] ?? `result ${String(result)}`,
    sources[source] ?? `source ${String(source)}`,
    rejectionReasons[`${String(source)}.${String(reason)}`] ?? `reason ${String(reason)}`,
  ].join(', ')
}

/** An A-ABORT in the words of PS3.8 Table 9-26. */
export function abortWords(abort: Pick<Abort, 'source' | 'reason'>): string {
  if (abort.source === 0) return 'service-user'
  const source = abort.source === 2 ? 'service-provider' : `source ${String(abort.source)}`
  return `${source}, ${abortReasons[abort.reason] ?? `reason ${String(abort.reason)}`}`
}

/** Service roles: `SCU`, `SCP`, `SCU and SCP` or `neither SCU nor SCP`. */
export function rolesInWords({ scu, scp }: { readonly scu: boolean; readonly scp: boolean }): string {
  if (scu) return scp ? 'SCU and SCP' : 'SCU'
  return scp ? 'SCP' : 'neither SCU nor SCP'
}
