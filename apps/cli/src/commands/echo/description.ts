import { connectionOptions } from '../../arguments/connection-options.ts'
import type { Command } from '../command.ts'

export const echo: Command = {
  name: 'echo',
  usage: 'PEER',
  summary: 'ask whether a peer is there and speaks DICOM (C-ECHO)',
  description: 'Connects, negotiates the verification service, and measures how long each answer takes.',
  options: [
    { name: 'count', short: 'n', value: 'N', summary: 'ask so many times on one association (default 1)' },
    ...connectionOptions,
  ],
  examples: [
    ['echo ARCHIVE@pacs.example:104', 'is the archive there?'],
    ['echo ARCHIVE@pacs.example:2762+tls --tls-ca hospital-ca.pem', 'and does it speak TLS?'],
    ['echo archive -n 100', 'how fast does the archive of the configuration answer?'],
  ],
  completes: 'peer',
  load: () => import('./run.ts'),
}
