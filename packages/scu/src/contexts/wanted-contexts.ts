import {
  contextsForInstances,
  isUid,
  parseUid,
  type Uid,
  UsageError,
  type WantedContext,
} from '@dcm/association'
import type { AssociateOptions, ContextToPropose } from '../associate-options.ts'
import { ExplicitVRLittleEndian, ImplicitVRLittleEndian } from '../uids.ts'

/** What the options ask for, as the negotiation wants it. @throws UsageError for what is no UID */
export function wantedContexts({
  contexts = [],
  instances = [],
}: Pick<AssociateOptions, 'contexts' | 'instances'>): WantedContext[] {
  return [...contexts.map(wantedContext), ...contextsForInstances(uidsOf(instances))]
}

function wantedContext({ abstractSyntax, transferSyntaxes, roles }: ContextToPropose): WantedContext {
  // From JavaScript: one alone.
  if (transferSyntaxes !== undefined && !Array.isArray(transferSyntaxes)) {
    throw new UsageError('the transferSyntaxes of a context are no array', 'DCM_OPTION')
  }
  return {
    abstractSyntax: uidOfInstance(abstractSyntax),
    transferSyntaxes: (transferSyntaxes ?? [ExplicitVRLittleEndian, ImplicitVRLittleEndian]).map(
      uidOfInstance,
    ),
    ...(roles && { roles }),
  }
}

function* uidsOf(instances: NonNullable<AssociateOptions['instances']>) {
  for (const { sopClassUid, transferSyntaxUid } of instances) {
    yield { sopClassUid: uidOfInstance(sopClassUid), transferSyntaxUid: uidOfInstance(transferSyntaxUid) }
  }
}

/** As instances of the field have it, with leading zeros too: what is received with them can be sent on. @throws UsageError */
export function uidOfInstance(text: string): Uid {
  return isUid(text) ? text : parseUid(text)
}
