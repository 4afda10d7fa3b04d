import { connectionOptions } from '../../arguments/connection-options.ts'
import { scopeOptions } from '../../arguments/scope-options.ts'
import type { Command } from '../command.ts'

export const find: Command = {
  name: 'find',
  usage: 'PEER [KEYWORD[=VALUE]]…',
  summary: 'query an archive or a worklist (C-FIND)',
  description:
    'A key with a value has to match: * and ? are wildcards, 20260101-20260131 is a range, dates and times may be as they are shown (2026-01-31, 08:30), a backslash stands between UIDs of which any will do. A key without a value is asked for. The usual keys of the level are always asked for; --only leaves them out. SEQUENCE.KEYWORD reaches into a sequence.',
  options: [
    ...scopeOptions(['study', 'patient', 'worklist', 'patient-study-only']),
    { name: 'csv', summary: 'print CSV instead of a table' },
    { name: 'only', summary: 'ask for the keys given, and no others' },
    { name: 'limit', value: 'N', summary: 'stop after so many matches (C-CANCEL)' },
    ...connectionOptions,
  ],
  examples: [
    ["find ARCHIVE@pacs.example:104 'PatientName=DOE*' StudyDate=20260101-", 'studies of this year'],
    ['find archive -l series StudyInstanceUID=1.2.3', 'the series of a study'],
    ['find archive -m patient PatientID=4711', 'a patient'],
    ['find ris -m worklist ScheduledProcedureStepSequence.Modality=CT', 'what is planned for the CT'],
    ['find archive StudyDate=20260101 --csv > studies.csv', 'for a spreadsheet'],
    [
      'find archive StudyDate=20260101 --json | jq -r \'select(.type == "match").dataSet["0020000D"].Value[0]\'',
      'for a program',
    ],
  ],
  completes: 'peer',
  load: () => import('./run.ts'),
}
