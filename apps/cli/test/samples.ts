import { fileURLToPath } from 'node:url'

const folder = new URL('../../../../shared/dicom-samples/', import.meta.url)

/** A real DICOM file by its name. */
export function sample(name: string): string {
  return fileURLToPath(new URL(name, folder))
}

/** A study of three objects, another of two: CR and CT, uncompressed. */
export const queryable = [
  'qr_77654033_CR1_6154.dcm',
  'qr_77654033_CR2_6247.dcm',
  'qr_77654033_CR3_6278.dcm',
  'qr_77654033_CT2_17106.dcm',
  'qr_77654033_CT2_17136.dcm',
].map(sample)

export const crStudy = '1.3.6.1.4.1.5962.1.1.0.0.0.1196527414.5534.0.1'
