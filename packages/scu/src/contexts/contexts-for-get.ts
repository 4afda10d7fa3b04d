import { maximumPresentationContexts, UsageError } from '@dcm/association'
import { storageSopClasses } from '@dcm/dimse'
import type { ContextToPropose } from '../associate-options.ts'
import { sopClassIn } from '../services/sop-class-in.ts'
import type { QueryModel } from './query-models.ts'

const storageRoot = '1.2.840.10008.5.1.4.1.1.'
/** Below it: newer or narrow classes (EEG, volumetric presentation states, eye measurements, second-generation RT, …). */
const unusual =
  /^(9\.7|11\.([5-9]|1\d)|14|66\.[78]|68|77\.1\.5\.[5-8]|77\.1\.[89]|78|79|80|81|82|88\.([1-4]|7\d)|9[01]|104\.[345]|131|200|481\.[12]\d)(\.|$)/

const usualSopClasses = storageSopClasses.filter(
  (uid) => uid.startsWith(storageRoot) && !unusual.test(uid.slice(storageRoot.length)),
)

export interface ContextsForGetOptions {
  /** SOP classes to be stored at us. Default: those that archives hold, as one association cannot propose all that there are. */
  readonly sopClasses?: readonly string[]
  /** The best first; the peer picks one for each SOP class. Default: Explicit, then Implicit VR Little Endian. */
  readonly transferSyntaxes?: readonly string[]
}

/**
 * The contexts of a C-GET: the model's, and storage with us in the SCP role.
 *
 * @throws UsageError for a model without C-GET, and for more than 127 SOP classes
 */
export function contextsForGet(model: QueryModel, options: ContextsForGetOptions = {}): ContextToPropose[] {
  const abstractSyntax = sopClassIn(model, 'get')
  const room = maximumPresentationContexts - 1
  const { sopClasses = usualSopClasses.slice(0, room), transferSyntaxes } = options
  if (!Array.isArray(sopClasses)) throw new UsageError('sopClasses are no array', 'DCM_OPTION')
  if (sopClasses.length > room) {
    throw new UsageError(
      `${String(sopClasses.length)} storage SOP classes exceed the ${String(room)} that an association has room for`,
      'DCM_TOO_MANY_CONTEXTS',
    )
  }
  return [
    { abstractSyntax },
    ...sopClasses.map((sopClass: string) => ({
      abstractSyntax: sopClass,
      roles: { scu: false, scp: true },
      ...(transferSyntaxes && { transferSyntaxes }),
    })),
  ]
}
