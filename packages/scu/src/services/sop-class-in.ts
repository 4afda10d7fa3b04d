import { UsageError } from '@dcm/association'
import type { QueryModel } from '../contexts/query-models.ts'

/**
 * The SOP class of a service. A model may lack it, and from JavaScript there may be no model: `queryModels.StudyRoot`.
 *
 * @throws UsageError `DCM_MODEL_WITHOUT_SERVICE`
 */
export function sopClassIn(model: QueryModel, service: keyof QueryModel): string {
  const sopClassUid = (Object(model) as Partial<QueryModel>)[service]
  if (sopClassUid !== undefined) return sopClassUid
  throw new UsageError(
    `the information model has no SOP class for C-${service.toUpperCase()}`,
    'DCM_MODEL_WITHOUT_SERVICE',
  )
}
