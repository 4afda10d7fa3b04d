import { open } from 'node:fs/promises'
import { BatchBuffers } from './batch-buffers.ts'
import { FileByteSource } from './file-byte-source.ts'
import type { InstanceToStore } from './instance.ts'
import { identify, orUnreadable } from './read-identity.ts'

/** A Part 10 file, open to be sent. Whoever opened it closes it. */
export interface Part10File extends InstanceToStore, AsyncDisposable {
  /** Of the data set. */
  readonly dataSetBytes: number
  close(): Promise<void>
}

/**
 * Opens a Part 10 file and reads its file meta. The data set is read when it is sent, half a MiB at a time.
 *
 * @param buffers memory to read into, shared by files that are sent one after the other
 * @throws InstanceError `DCM_INSTANCE_UNREADABLE`, `DCM_INSTANCE_NOT_PART10`
 */
export async function openPart10(path: string, buffers = new BatchBuffers()): Promise<Part10File> {
  const handle = await orUnreadable(path, open(path, 'r'))
  try {
    const { file, first } = await identify(path, handle, (size) => buffers.take(size))
    const { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSetOffset, dataSetBytes } = file
    const close = () => handle.close()
    return {
      sopClassUid,
      sopInstanceUid,
      transferSyntaxUid,
      dataSet: new FileByteSource(handle, {
        position: dataSetOffset,
        end: dataSetOffset + dataSetBytes,
        first,
        buffers,
      }),
      dataSetBytes,
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await handle.close()
    throw error
  }
}
