/** Node's zlib, loaded for the first data set that is deflated: few are. */
export function zlib(): typeof import('node:zlib') {
  return process.getBuiltinModule('node:zlib')
}
