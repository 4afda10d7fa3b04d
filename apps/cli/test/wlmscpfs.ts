import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { listening } from './listening.ts'
import { Program, ran } from './program.ts'

/** DCMTK's worklist SCP over files. */
export interface WorklistScp extends AsyncDisposable {
  /** As the command line writes it. */
  readonly address: string
}

/** Scheduled for each patient: a step of this modality on this day. */
export async function startWlmscpfs(
  scheduled: readonly (readonly [patientName: string, modality: string, date: string])[],
): Promise<WorklistScp> {
  const folder = await temporaryFolder()
  const database = join(folder.path, 'RIS')
  const port = await freePort()
  await mkdir(database)
  await writeFile(join(database, 'lockfile'), '')
  for (const [index, step] of scheduled.entries()) {
    const path = join(database, String(index + 1))
    await writeFile(`${path}.dump`, dumpOf(String(index + 1), ...step))
    const { code, stderr } = await ran('dump2dcm', `${path}.dump`, `${path}.wl`)
    if (code !== 0) throw new Error(stderr)
  }
  const program = new Program('wlmscpfs', ['-dfp', folder.path, '--keep-char-set', String(port)])
  await listening(port)
  return {
    address: `RIS@127.0.0.1:${String(port)}`,
    [Symbol.asyncDispose]: async () => {
      await program[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

function dumpOf(id: string, patientName: string, modality: string, date: string): string {
  return `
(0008,0005) CS [ISO_IR 192]
(0008,0050) SH [A${id}]
(0010,0010) PN [${patientName}]
(0010,0020) LO [${id}]
(0010,0030) DA [19700101]
(0010,0040) CS [O]
(0020,000d) UI [2.25.${id}]
(0032,1060) LO [a procedure]
(0040,0100) SQ
(fffe,e000) -
(0008,0060) CS [${modality}]
(0040,0001) AE [${modality}1]
(0040,0002) DA [${date}]
(0040,0003) TM [0800]
(0040,0006) PN [Who^Ever]
(0040,0007) LO [a step]
(0040,0009) SH [S${id}]
(fffe,e00d) -
(fffe,e0dd) -
(0040,1001) SH [R${id}]
`
}
