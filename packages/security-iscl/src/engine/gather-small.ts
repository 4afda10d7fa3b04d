/** Pieces shorter than this are gathered by copying: a call into the cipher costs more than copying 4 KiB. */
export const GATHER_BELOW_BYTES = 4096

/** Joins neighbours that are small, in memory that small pieces share; the large ones stay as they are. */
export function gatherSmall(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
  const gathered: Uint8Array[] = []
  let run: Uint8Array[] = []
  let runBytes = 0
  for (const piece of pieces) {
    if (piece.length < GATHER_BELOW_BYTES) {
      run.push(piece)
      runBytes += piece.length
      continue
    }
    if (run.length > 0) gathered.push(Buffer.concat(run, runBytes))
    run = []
    runBytes = 0
    gathered.push(piece)
  }
  if (run.length > 0) gathered.push(Buffer.concat(run, runBytes))
  return gathered
}
