import { connectionOptions } from '../../arguments/connection-options.ts'
import { scopeOptions } from '../../arguments/scope-options.ts'
import type { Command } from '../command.ts'

export const move: Command = {
  name: 'move',
  usage: 'PEER DESTINATION KEYWORD=VALUE…',
  summary: 'have an archive send objects to somebody, or to us (C-MOVE)',
  description:
    'DESTINATION is an AE title that the peer knows, with the address it has there. With --listen the objects come to this command: it listens on that port under the title DESTINATION until all have arrived, and takes no others.',
  options: [
    ...scopeOptions(['study', 'patient', 'patient-study-only']),
    {
      name: 'listen',
      value: 'PORT',
      summary: 'be the destination: receive on this port; PORT+tls where it is secured',
    },
    {
      name: 'out',
      short: 'o',
      value: 'FOLDER',
      completes: 'folder',
      summary: 'with --listen: where objects are kept (default received)',
    },
    {
      name: 'wait',
      short: 'w',
      value: 'SECONDS',
      summary: 'with --listen: how long nothing may come of what the peer says it sent (default 30)',
    },
    ...connectionOptions,
  ],
  examples: [
    ['move ARCHIVE@pacs.example:104 WORKSTATION StudyInstanceUID=1.2.3', 'send a study to a workstation'],
    ['move archive ME StudyInstanceUID=1.2.3 --listen 11112 --out study', 'fetch it, registered there as ME'],
  ],
  completes: 'peer',
  load: () => import('./run.ts'),
}
