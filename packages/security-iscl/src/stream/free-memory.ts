/** Shorter ones are not worth the call. */
const leastBytes = 16_384

/**
 * Gives the memory of bytes back that nobody refers to any more, where it holds nothing else. A cipher of Node allocates all that it
 * gives: left to the collection of garbage, that makes V8 collect for each 60 MB sent, and is cold when it is used again.
 */
export function freeMemory(bytes: Uint8Array): void {
  const { buffer } = bytes
  if (bytes.length < leastBytes || bytes.length !== buffer.byteLength) return
  if (buffer instanceof ArrayBuffer) buffer.transfer(0)
}
