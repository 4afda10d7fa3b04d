import type { Abort } from './abort.ts'
import type { AssociateAc } from './associate-ac.ts'
import type { AssociateRj } from './associate-rj.ts'
import type { AssociateRq } from './associate-rq.ts'
import type { PDataTfStart, PdvFragment } from './p-data-tf.ts'
import type { ReleaseRp } from './release-rp.ts'
import type { ReleaseRq } from './release-rq.ts'

/** Every PDU that is decoded whole. */
export type ControlPdu = AssociateRq | AssociateAc | AssociateRj | ReleaseRq | ReleaseRp | Abort

/** What a decoder tells: a whole PDU, or a piece of a P-DATA-TF. */
export type PduEvent = ControlPdu | PDataTfStart | PdvFragment
