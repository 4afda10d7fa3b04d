import type { Option } from './option.ts'

export type ModelName = 'study' | 'patient' | 'worklist' | 'patient-study-only'

export const levels = ['patient', 'study', 'series', 'image'] as const

/** What is asked, of these information models. */
export function scopeOptions(modelNames: readonly ModelName[]): readonly Option[] {
  return [
    {
      name: 'model',
      short: 'm',
      value: 'MODEL',
      choices: modelNames,
      summary: 'information model (default study)',
    },
    {
      name: 'level',
      short: 'l',
      value: 'LEVEL',
      choices: levels,
      summary: 'what to look for (default study; patient in the patient model)',
    },
  ]
}
