import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../../../shared/dicom-samples/', import.meta.url)

/** The real files that lie beside the repository. */
export const samples: readonly { readonly name: string; readonly bytes: Buffer }[] = readdirSync(folder)
  .filter((name) => name.endsWith('.dcm'))
  .map((name) => ({ name, bytes: readFileSync(new URL(name, folder)) }))
