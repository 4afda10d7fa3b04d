import { connectionOptions } from '../../arguments/connection-options.ts'
import type { Command } from '../command.ts'

export const dump: Command = {
  name: 'dump',
  usage: 'FILE… | PEER',
  summary: 'look inside files, or at what a peer takes',
  description:
    'Of a file: its meta information and its data set, long values by where they are; of a broken one, what can be read before the place where it broke. Of a peer: what it says of itself, and which SOP classes and transfer syntaxes it accepts; -v shows the request too.',
  options: connectionOptions,
  examples: [
    ['dump image.dcm', 'an element a line'],
    ['dump image.dcm --json | jq .dataSet', 'the DICOM JSON model'],
    ['dump ARCHIVE@pacs.example:104', 'what the archive takes'],
  ],
  completes: 'peer-or-files',
  load: () => import('./run.ts'),
}
