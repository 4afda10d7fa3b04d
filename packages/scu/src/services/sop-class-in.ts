import { UsageError } from '@dcm/association'
import type { QueryModel } from '../contexts/query-models.ts'

/**
 * The SOP class of a service. A model may lack it, and from JavaScript there may be no model: `queryModels.StudyRoot`.
 *
 * @throws UsageError `DCM_MODEL_WITHOUT_SERVICE`
 */
export function sopClassIn(model: QueryModel, service: keyof QueryModel): string {
  const sopClassUid = (Object(model) as Partial<QueryModel>)[service]
  if (sopClassUid === undefined) throw noSuchService(`C-${service.toUpperCase()}`)
  return sopClassUid
}

/** A query model that lacks what it is used for. */
function noSuchService(service: string): UsageError {
  return new UsageError(`the information model has no SOP class for ${service}`, 'DCM_MODEL_WITHOUT_SERVICE')
}
