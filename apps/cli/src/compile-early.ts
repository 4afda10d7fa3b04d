/**
 * Suits V8 to a process that is over soon: what runs once for each file would be interpreted for the first 500 of them, as V8 compiles
 * no earlier what is called. With it 400 files of 512 KiB go out a fifth faster. To be called when much is to be done and all is loaded:
 * else V8 compiles what loads, too, which costs more than it gains.
 */
export function compileEarly(): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  setFlagsFromString('--invocation-count-for-maglev=25')
  setFlagsFromString('--minimum-invocations-after-ic-update=10')
}
