import { isUid, uidEntries } from '@dcm/pdu'
import { usageError } from '../usage-error.ts'

const kinds = {
  'sop-class': { type: 'SOP Class', example: 'CTImageStorage' },
  'transfer-syntax': { type: 'Transfer Syntax', example: 'JPEG2000Lossless' },
} as const

/** The UID that an option means, by its keyword in PS3.6 Table A-1 or as it is. @throws CliError */
export function registeredUid(option: keyof typeof kinds, name: string): string {
  if (isUid(name)) return name
  const { type, example } = kinds[option]
  const wanted = name.toLowerCase()
  const entry = uidEntries().find((each) => each.type === type && each.keyword.toLowerCase() === wanted)
  if (entry) return entry.uid
  throw usageError(`--${option} takes a keyword such as ${example}, or a UID, not "${name}".`)
}
