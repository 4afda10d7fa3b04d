const { readFile: read } = process.getBuiltinModule('node:fs')
const { promisify } = process.getBuiltinModule('node:util')

const promised = promisify(read)

/**
 * Reads a file. An import of `node:fs` or of its promises reads every member, and so loads streams of files and readline, too.
 *
 * @throws the error of the system, which names the path also where it is a folder
 */
export function readFile(path: string): Promise<Buffer>
export function readFile(path: string, encoding: BufferEncoding): Promise<string>
export async function readFile(path: string, encoding?: BufferEncoding): Promise<Buffer | string> {
  try {
    return await promised(path, encoding)
  } catch (error) {
    throw Object.assign(error as Error, { path })
  }
}

/** As editors write a password: without what ends the line. */
export async function readFirstLine(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).split(/\r?\n/, 1)[0] ?? ''
}
