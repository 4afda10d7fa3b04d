import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { PeerProgram } from './dcmtk.ts'

/** One scheduled procedure step. */
export interface Scheduled {
  readonly PatientID: string
  readonly PatientName: string
  readonly Modality: string
  readonly ScheduledProcedureStepStartDate: string
}

/** DCMTK's worklist SCP over files, called RIS, with these steps. */
export function startWlmscpfs(steps: readonly Scheduled[]): Promise<PeerProgram> {
  return PeerProgram.start('wlmscpfs', async (folder, port) => {
    await mkdir(`${folder}/RIS`)
    await writeFile(`${folder}/RIS/lockfile`, '')
    for (const step of steps) {
      const name = `${folder}/RIS/${step.PatientID}`
      await writeFile(`${name}.dump`, dumpOf(step), 'latin1')
      const [code] = (await once(spawn('dump2dcm', [`${name}.dump`, `${name}.wl`]), 'close')) as [number]
      if (code !== 0) throw new Error(`dump2dcm ended with ${String(code)}`)
    }
    return ['-dfp', folder, '--keep-char-set', String(port)]
  })
}

function dumpOf(step: Scheduled): string {
  return `
(0008,0005) CS [ISO_IR 100]
(0008,0050) SH [A${step.PatientID}]
(0010,0010) PN [${step.PatientName}]
(0010,0020) LO [${step.PatientID}]
(0010,0030) DA [19700101]
(0010,0040) CS [O]
(0020,000d) UI [2.25.${step.PatientID}]
(0032,1060) LO [a procedure]
(0040,0100) SQ
(fffe,e000) -
(0008,0060) CS [${step.Modality}]
(0040,0001) AE [${step.Modality}1]
(0040,0002) DA [${step.ScheduledProcedureStepStartDate}]
(0040,0003) TM [0800]
(0040,0006) PN [Who^Ever]
(0040,0007) LO [a step]
(0040,0009) SH [S${step.PatientID}]
(fffe,e00d) -
(fffe,e0dd) -
(0040,1001) SH [R${step.PatientID}]
`
}
