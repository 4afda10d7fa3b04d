import { setFlagsFromString } from 'node:v8'

/**
 * Suits V8 to a process that is over soon: what runs once for each file would be interpreted for the first 500 of them, as V8 compiles
 * no earlier what is called. With it 400 files of 512 KiB go out a fifth faster. To be called when all is loaded: what loads would be
 * compiled too, for nothing.
 */
export function compileEarly(): void {
  setFlagsFromString('--invocation-count-for-maglev=25')
  setFlagsFromString('--minimum-invocations-after-ic-update=10')
}
