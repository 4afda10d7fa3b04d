import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Real DICOM files, beside the repository. */
const samplesFolder = join(import.meta.dirname, '../../../../shared/dicom-samples')

export const samples: readonly string[] = readdirSync(samplesFolder)
  .filter((name) => name.endsWith('.dcm'))
  .map((name) => join(samplesFolder, name))
