import { isUid } from '@dcm/association'
import { InstanceError } from '../instances/instance-error.ts'
import { type IdentifiedFile, readIdentity } from '../instances/read-identity.ts'
import { MediaStorageDirectoryStorage } from '../uids.ts'
import { filesIn } from './files-in.ts'
import type { SendResult } from './send-result.ts'

/** A file that can be sent. */
export interface FoundInstance extends Omit<IdentifiedFile, 'dataSetOffset'> {
  readonly path: string
  attempts: number
}

/** Files looked at at once: enough to keep a disk's queue filled. */
const filesAtOnce = 8

/** What is in all these files and folders; files that cannot be sent, and folders that cannot be read, go to `reject`. */
export async function scan(
  paths: string | Iterable<string> | AsyncIterable<string>,
  reject: (result: SendResult) => void,
  signal?: AbortSignal,
): Promise<FoundInstance[]> {
  const found: FoundInstance[] = []
  const files = filesIn(paths, (path, error) => {
    reject({ path, outcome: outcomeOf(error), error, attempts: 0 })
  })
  // An index for each, since they are to be sent in the order in which they were named.
  let count = 0
  const look = async (): Promise<void> => {
    for (let next = await files.next(); next.done !== true; next = await files.next()) {
      signal?.throwIfAborted()
      const index = count++
      const result = await lookAt(next.value)
      if ('outcome' in result) reject(result)
      else found[index] = result
    }
  }
  await Promise.all(Array.from({ length: filesAtOnce }, look))
  return found.filter(Boolean)
}

async function lookAt(path: string): Promise<FoundInstance | SendResult> {
  try {
    const { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetBytes } = await readIdentity(path)
    for (const uid of [sopClassUid, sopInstanceUid, transferSyntaxUid]) {
      if (!isUid(uid))
        throw new InstanceError('DCM_INSTANCE_NOT_PART10', `${path} names something that is no UID`)
    }
    if (sopClassUid === MediaStorageDirectoryStorage)
      throw new InstanceError('DCM_INSTANCE_NOT_PART10', `${path} is a DICOMDIR, which no peer stores`)
    return { path, sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetBytes, attempts: 0 }
  } catch (error) {
    if (error instanceof InstanceError) return { path, outcome: outcomeOf(error), error, attempts: 0 }
    throw error
  }
}

export function outcomeOf(error: InstanceError): 'not-dicom' | 'unreadable' | 'not-accepted' {
  switch (error.code) {
    case 'DCM_INSTANCE_NOT_PART10':
      return 'not-dicom'
    case 'DCM_INSTANCE_NOT_CONVERTIBLE':
      return 'not-accepted'
    default:
      return 'unreadable'
  }
}
