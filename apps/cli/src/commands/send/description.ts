import { connectionOptions } from '../../arguments/connection-options.ts'
import type { Command } from '../command.ts'

export const send: Command = {
  name: 'send',
  usage: 'PEER FILE… | FOLDER… | -',
  summary: 'send files and whole folders (C-STORE)',
  description:
    'Looks at all files first, so that the presentation contexts fit, then streams them; files that are no DICOM are counted and passed over. Each file goes in its own transfer syntax, or uncompressed in another one where the peer takes nothing else.',
  options: [
    {
      name: 'resume',
      value: 'JOURNAL',
      completes: 'file',
      summary: 'write down what was stored, and do not send again what an earlier run stored',
    },
    { name: 'associations', short: 'n', value: 'N', summary: 'so many at once (default 1)' },
    {
      name: 'attempts',
      value: 'N',
      summary: 'try so often what fails for the moment (default 3, with growing pauses)',
    },
    ...connectionOptions,
  ],
  examples: [
    ['send ARCHIVE@pacs.example:104 CT/', 'a folder, with all that is below it'],
    ['send archive CT/ --resume ct.journal', 'and go on where a broken run ended'],
    ['send archive CT/ -n 4', 'over four associations at once'],
    ['send archive - < list.txt', 'what is listed, one path a line: find … | dcm send archive -'],
  ],
  completes: 'peer-and-files',
  load: () => import('./run.ts'),
}
