const { readFile: read } = process.getBuiltinModule('node:fs')
const { promisify } = process.getBuiltinModule('node:util')

/** Reads a file. An import of `node:fs` or of its promises reads every member, and so loads streams of files and readline, too. */
export const readFile = promisify(read)
