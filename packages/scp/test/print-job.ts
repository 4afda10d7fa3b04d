import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dcmtk, type Outcome, temporaryFolder } from './dcmtk.ts'

/** A film that DCMTK has rendered of an image, and its print spooler, dcmprscu, which brings it to a printer. */
export interface PrintJob extends AsyncDisposable {
  /** The rendered image, a Part 10 file. */
  readonly image: string
  print(...options: readonly string[]): Promise<Outcome>
}

/** Renders a job for the printer PRINTER on this port of loopback. */
export async function printJob(image: string, port: number): Promise<PrintJob> {
  const folder = await temporaryFolder()
  const configuration = join(folder.path, 'dcmpstat.cfg')
  await writeFile(configuration, settings(folder.path, port))
  const chosen = ['-c', configuration, '-p', 'PRINTER']
  const rendered = await dcmtk('dcmpsprt', '-v', ...chosen, '--nospool', '--identity', image)
  const file = async (prefix: string): Promise<string> => {
    const name = (await readdir(folder.path)).find((each) => each.startsWith(prefix))
    if (name === undefined) throw new Error(rendered.output)
    return join(folder.path, name)
  }
  const film = await file('SP_')
  return {
    image: await file('HG_'),
    print: (...options) => dcmtk('dcmprscu', '-v', '+d', ...chosen, ...options, film),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

function settings(folder: string, port: number): string {
  return `
[[GENERAL]]
[PRINT]
Directory = ${folder}
[DATABASE]
Directory = ${folder}
[NETWORK]
AETitle = SPOOLER
[[COMMUNICATION]]
[PRINTER]
Type = PRINTER
Hostname = 127.0.0.1
Port = ${String(port)}
AETitle = PRINTER
Description = printer
DisplayFormat = 1,1
FilmSizeID = 8INX10IN
MediumType = PAPER\\BLUE FILM
FilmDestination = MAGAZINE
Supports12Bit = true
SupportsPresentationLUT = true
`
}
