/** With fewer files hardly anything is compiled, and with more it pays. */
const shortRun = { fromFiles: 50, toFiles: 1_000 }

/**
 * Suits V8 to a run that is over soon: it would compile what was called 400 times, a study's length, on the CPU that reads the files and
 * that the peer may be on. Without that 400 files of 512 KiB go out a sixth faster, with a tenth less CPU; with 1,000 it is even.
 */
export function compileLate(files: number): void {
  if (files < shortRun.fromFiles || files > shortRun.toFiles) return
  process.getBuiltinModule('node:v8').setFlagsFromString('--invocation-count-for-maglev=10000')
}
