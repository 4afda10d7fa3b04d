import { writeFile } from 'node:fs/promises'
import { PeerProgram } from './dcmtk.ts'

/** DCMTK's print SCP. It keeps what it prints as files in its folder: SP_* of a film, HG_* of an image. */
export function startDcmprscp(): Promise<PeerProgram> {
  return PeerProgram.start('dcmprscp', async (folder, port) => {
    const configuration = `${folder}/dcmpstat.cfg`
    await writeFile(configuration, settings(folder, port))
    return ['-v', '+d', '-c', configuration, '-p', 'PRINTER']
  })
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
Type = LOCALPRINTER
Hostname = localhost
Port = ${String(port)}
AETitle = PRINTER
Description = printer
DisplayFormat = 1,1\\2,1
FilmSizeID = 8INX10IN
MediumType = PAPER\\BLUE FILM
FilmDestination = MAGAZINE
MagnificationType = NONE
SmoothingType = NONE
BorderDensity = BLACK
EmptyImageDensity = BLACK
MaxDensity = 320
MinDensity = 20
Supports12Bit = true
SupportsPresentationLUT = true
PresentationLUTMatchRequired = false
`
}
