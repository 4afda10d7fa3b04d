import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { DicomJson } from '@dcm/dataset'

export function samplePath(name: string): string {
  return fileURLToPath(new URL(`../../../../shared/dicom-samples/${name}`, import.meta.url))
}

/** Runs a program of DCMTK to its end. A missing program is a failure: install Debian's `dcmtk`. */
export function dcmtk(program: string, ...args: readonly string[]): Buffer {
  return execFileSync(program, args, { maxBuffer: 67_108_864, stdio: ['ignore', 'pipe', 'ignore'] })
}

/** What dcm2json makes of a file. */
export function dcm2json(path: string): DicomJson {
  return JSON.parse(dcmtk('dcm2json', '-q', path).toString('utf8')) as DicomJson
}
