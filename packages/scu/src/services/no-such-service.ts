import { UsageError } from '@dcm/association'

/** A query model that lacks what it is used for. */
export function noSuchService(service: string): UsageError {
  return new UsageError(`the information model has no SOP class for ${service}`, 'DCM_MODEL_WITHOUT_SERVICE')
}
