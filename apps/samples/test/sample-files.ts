import { resolve } from 'node:path'

const folder = resolve(import.meta.dirname, '../../../../shared/dicom-samples')

/** The path of a real DICOM file. */
export function sample(name: string): string {
  return resolve(folder, `${name}.dcm`)
}
