import type { QueryKey } from './query-keys.ts'
import type { Scope } from './scope.ts'

const uniqueKeys = [
  ['patient', 'PatientID'],
  ['study', 'StudyInstanceUID'],
  ['series', 'SeriesInstanceUID'],
  ['image', 'SOPInstanceUID'],
] as const

/**
 * The unique keys of the levels above that the request does not have: without relational queries a peer may want them (PS3.4
 * C.4.1.2.1), and then answers with a failure that does not say so. A retrieval needs that of its own level too (PS3.4 C.4.2.2.1).
 */
export function missingUniqueKeys(
  { modelName, level }: Pick<Scope, 'modelName' | 'level'>,
  keys: readonly QueryKey[],
  { own }: { readonly own: boolean },
): string[] {
  if (level === undefined) return []
  const at = uniqueKeys.findIndex(([each]) => each === level)
  const wanted = uniqueKeys.slice(modelName === 'study' ? 1 : 0, own ? at + 1 : at)
  const given = new Set(keys.filter(({ value }) => value !== '').map(({ path }) => path.join('.')))
  return wanted.map(([, keyword]) => keyword).filter((keyword) => !given.has(keyword))
}
