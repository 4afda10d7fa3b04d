/** A family of SOP classes that share one information model (PS3.4 C.6, K): which one asks, which one moves, which one gets. */
export interface QueryModel {
  readonly find: string
  readonly move?: string
  readonly get?: string
}

/** The information models by name. Any other is an object of the same shape. */
export const queryModels = {
  /** PS3.4 C.6.1 */
  patientRoot: {
    find: '1.2.840.10008.5.1.4.1.2.1.1',
    move: '1.2.840.10008.5.1.4.1.2.1.2',
    get: '1.2.840.10008.5.1.4.1.2.1.3',
  },
  /** PS3.4 C.6.2 */
  studyRoot: {
    find: '1.2.840.10008.5.1.4.1.2.2.1',
    move: '1.2.840.10008.5.1.4.1.2.2.2',
    get: '1.2.840.10008.5.1.4.1.2.2.3',
  },
  /** PS3.4 C.6.3, retired: some archives still have nothing else. */
  patientStudyOnly: {
    find: '1.2.840.10008.5.1.4.1.2.3.1',
    move: '1.2.840.10008.5.1.4.1.2.3.2',
    get: '1.2.840.10008.5.1.4.1.2.3.3',
  },
  /** PS3.4 K.6.1 */
  modalityWorklist: { find: '1.2.840.10008.5.1.4.31' },
} as const satisfies Readonly<Record<string, QueryModel>>
