import type { ByteSource } from '@dcm/dimse'
import { BatchBuffers } from './batch-buffers.ts'
import { FileByteSource } from './file-byte-source.ts'
import type { InstanceToStore } from './instance.ts'
import { OpenFile } from './open-file.ts'
import { identify } from './read-identity.ts'

/** A Part 10 file, open to be sent. Whoever opened it closes it. */
export interface Part10File extends InstanceToStore, AsyncDisposable {
  /** Disposing of it closes the file, so that it may be handed on alone: to `get()` and `move()` of `@dcm/scp`, for one. */
  readonly dataSet: ByteSource & AsyncDisposable
  /** Of the data set. */
  readonly dataSetBytes: number
  /** When nothing is being read any more; a second call does nothing. What is left of the data set cannot be read then. */
  close(): Promise<void>
}

/**
 * Opens a Part 10 file and reads its file meta. The data set is read when it is sent, half a MiB at a time.
 *
 * @param buffers memory to read into, shared by files that are sent one after the other
 * @param onRead told how many bytes of the data set each read gives
 * @throws InstanceError `DCM_INSTANCE_UNREADABLE`, `DCM_INSTANCE_NOT_PART10`, `DCM_INSTANCE_CUT`
 */
export async function openPart10(
  path: string,
  buffers = new BatchBuffers(),
  onRead?: (bytes: number) => void,
): Promise<Part10File> {
  const file = await OpenFile.open(path)
  try {
    const { identified, first, head } = await identify(path, file, (size) => buffers.take(size))
    const { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetOffset, dataSetBytes } = identified
    const close = () => file.close()
    return {
      sopClassUid,
      sopInstanceUid,
      transferSyntaxUid,
      dataSet: new FileByteSource(file, {
        position: dataSetOffset,
        end: dataSetOffset + dataSetBytes,
        first,
        head,
        buffers,
        onRead,
      }),
      dataSetBytes,
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await file.close()
    throw error
  }
}
