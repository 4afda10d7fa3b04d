import { createInterface } from 'node:readline'

/** The paths of the command line; `-` stands for one path a line on standard input. */
export async function* pathsToSend(
  positionals: readonly string[],
  standardInput: NodeJS.ReadableStream,
): AsyncGenerator<string> {
  for (const path of positionals) {
    if (path !== '-') {
      yield path
      continue
    }
    for await (const line of createInterface({ input: standardInput, crlfDelay: Infinity })) {
      if (line !== '') yield line
    }
  }
}
