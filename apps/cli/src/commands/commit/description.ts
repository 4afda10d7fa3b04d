import { connectionOptions } from '../../arguments/connection-options.ts'
import type { Command } from '../command.ts'

export const commit: Command = {
  name: 'commit',
  usage: 'PEER FILE… | FOLDER…',
  summary: 'have an archive promise to keep objects (storage commitment)',
  description:
    'Asks for commitment of the instances in these files, and waits for the report. Archives report on the same association, or on one of their own to the address that they know of us: give --listen with its port then.',
  options: [
    {
      name: 'listen',
      value: 'PORT',
      summary: 'take the report on this port too, under our AE title; PORT+tls where it is secured',
    },
    { name: 'wait', short: 'w', value: 'SECONDS', summary: 'how long to wait for the report (default 60)' },
    ...connectionOptions,
  ],
  examples: [
    ['commit ARCHIVE@pacs.example:104 CT/', 'the report comes on the same association'],
    ['commit archive CT/ --aet ME --listen 11112', 'the archive knows ME at this computer, port 11112'],
    [
      'commit archive CT/ --listen 2762+tls --tls-key me.key.pem --tls-cert me.pem --tls-ca ca.pem',
      'and reports over TLS',
    ],
  ],
  completes: 'peer-and-files',
  load: () => import('./run.ts'),
}
