import { type QueryModel, queryModels } from '@dcm/scu'
import type { Arguments } from '../arguments/arguments.ts'
import type { levels, ModelName } from '../arguments/scope-options.ts'
import { usageError } from '../usage-error.ts'

const models = {
  study: queryModels.studyRoot,
  patient: queryModels.patientRoot,
  worklist: queryModels.modalityWorklist,
  'patient-study-only': queryModels.patientStudyOnly,
} as const satisfies Readonly<Record<ModelName, QueryModel>>

type Level = (typeof levels)[number]

/** What is asked, where. */
export interface Scope {
  readonly modelName: ModelName
  readonly model: QueryModel
  /** None in the worklist. */
  readonly level: Level | undefined
}

/** Model and level of the command line. @throws CliError for a level that the model does not have */
export function scopeOf(args: Arguments): Scope {
  const modelName = (args.text('model') ?? 'study') as ModelName
  const model = models[modelName]
  const level = args.text('level') as Level | undefined
  if (modelName === 'worklist') {
    if (level !== undefined) throw usageError('The worklist has no levels; leave --level away.')
    return { modelName, model, level }
  }
  if (level === 'patient' && modelName === 'study') {
    throw usageError('The study model begins at the study; use --model patient with --level patient.')
  }
  if ((level === 'series' || level === 'image') && modelName === 'patient-study-only') {
    throw usageError('The patient-study-only model has patients and studies only; use another --model.')
  }
  return { modelName, model, level: level ?? (modelName === 'study' ? 'study' : 'patient') }
}
