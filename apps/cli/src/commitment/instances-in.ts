import { isUid, uidOf } from '@dcm/pdu'
import { filesIn, InstanceError, type InstanceReference, openPart10 } from '@dcm/scu'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'

/**
 * The instances in these files and folders, each once. What is no DICOM in a folder is passed over.
 *
 * @throws CliError for a file that is named, and says nothing of an instance; the signal's reason
 */
export async function instancesIn(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<InstanceReference[]> {
  const instances = new Map<string, InstanceReference>()
  for (const path of paths) {
    // As `dcm send` finds them.
    for await (const file of filesIn(path)) {
      signal.throwIfAborted()
      const instance = await instanceIn(file)
      if (instance) instances.set(instance.sopInstanceUid, instance)
      else if (file === path) {
        throw new CliError(
          exitCodes.localFile,
          'DCM_FILE_NOT_DICOM',
          `${file} does not say which instance it is; name DICOM Part 10 files.`,
        )
      }
    }
  }
  return [...instances.values()]
}

/** As `dcm send` names it: by its data set. */
async function instanceIn(path: string): Promise<InstanceReference | undefined> {
  try {
    await using file = await openPart10(path)
    const { sopClassUid, sopInstanceUid } = file
    const isInstance =
      isUid(sopClassUid) && isUid(sopInstanceUid) && sopClassUid !== uidOf('MediaStorageDirectoryStorage')
    return isInstance ? { sopClassUid, sopInstanceUid } : undefined
  } catch (error) {
    if (error instanceof InstanceError && error.code === 'DCM_INSTANCE_NOT_PART10') return undefined
    throw error
  }
}
