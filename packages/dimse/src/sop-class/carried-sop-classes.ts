import { uidEntry, type UidKeyword, uidOf } from '@dcm/pdu'
import { type DimseService, dimseServicesOf } from './dimse-services.ts'

/** The SOP class that a request is about, as the peer sent it: it need not be a UID. */
export function sopClassOf(
  request: { readonly affectedSopClassUid: string } | { readonly requestedSopClassUid: string },
): string {
  return 'affectedSopClassUid' in request ? request.affectedSopClassUid : request.requestedSopClassUid
}

/**
 * Whether commands about a SOP class may travel on a presentation context (PS3.7 9.1, 10.1): on the one of the SOP class itself,
 * of a Meta SOP class it belongs to, or of a SOP class that works on its instances.
 */
export function carriesSopClass(abstractSyntax: string, sopClassUid: string): boolean {
  return abstractSyntax === sopClassUid || (carried().get(abstractSyntax)?.has(sopClassUid) ?? false)
}

/**
 * Whether a SOP class has a service on a presentation context that carries it: a member of a Meta SOP class its own services (PS3.4
 * H.3.2), others those of the context (PS3.4 CC.2). One that no table knows may have any.
 */
export function hasService(abstractSyntax: string, sopClassUid: string, service: DimseService): boolean {
  const isMeta = uidEntry(abstractSyntax)?.type === 'Meta SOP Class'
  const services = dimseServicesOf(isMeta ? sopClassUid : abstractSyntax)
  return services.length === 0 || services.includes(service)
}

const film = ['BasicFilmSession', 'BasicFilmBox', 'Printer'] as const

const table = {
  // PS3.4 H.3.2: the mandatory members; optional ones have contexts of their own.
  BasicGrayscalePrintManagementMeta: [...film, 'BasicGrayscaleImageBox'],
  BasicColorPrintManagementMeta: [...film, 'BasicColorImageBox'],
  // PS3.4 CC.3.1: each UPS is an instance of the Push SOP class, whichever SOP class operates on it.
  UnifiedProcedureStepWatch: ['UnifiedProcedureStepPush'],
  UnifiedProcedureStepPull: ['UnifiedProcedureStepPush'],
  UnifiedProcedureStepEvent: ['UnifiedProcedureStepPush'],
  UnifiedProcedureStepQuery: ['UnifiedProcedureStepPush'],
} as const satisfies Partial<Record<UidKeyword, readonly UidKeyword[]>>

let built: ReadonlyMap<string, ReadonlySet<string>> | undefined

function carried(): ReadonlyMap<string, ReadonlySet<string>> {
  built ??= new Map(
    Object.entries(table).map(([context, members]) => [
      uidOf(context as UidKeyword),
      new Set(members.map(uidOf)),
    ]),
  )
  return built
}
