const { readFile: read } = process.getBuiltinModule('node:fs')
const { promisify } = process.getBuiltinModule('node:util')

/** Reads a file without an import of `node:fs/promises`, which would load streams of files and readline, too. */
export const readFile = promisify(read)
