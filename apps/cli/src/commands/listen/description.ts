import { configurationOptions, securityOptions } from '../../arguments/connection-options.ts'
import type { Command } from '../command.ts'

export const listen: Command = {
  name: 'listen',
  usage: 'AE@[HOST]:PORT',
  summary: 'receive objects into a folder (C-STORE SCP)',
  description:
    'Keeps every object it is sent, whatever its SOP class and transfer syntax, byte for byte as FOLDER/study/instance.dcm. Without a host it listens on all addresses; port 0 takes any free one. Ctrl-C lets what runs finish; a second one stops at once.',
  options: [
    {
      name: 'out',
      short: 'o',
      value: 'FOLDER',
      completes: 'folder',
      summary: 'where objects are kept (default received)',
    },
    { name: 'check-called-aet', summary: 'refuse who calls us by another AE title' },
    {
      name: 'durability',
      value: 'WHEN',
      choices: ['fsync', 'os'],
      summary: 'when an object counts as kept: on the disk (default), or with the operating system',
    },
    { name: 'max', value: 'N', summary: 'stop after so many objects' },
    ...configurationOptions.filter(({ name }) => name !== 'aet'),
    ...securityOptions.filter(({ name }) => name !== 'tls-name' && name !== 'tls-psk-identity'),
    { name: 'verbose', short: 'v', summary: 'a line for each object' },
  ],
  examples: [
    ['listen STORE@:11112 --out received', 'receive on all addresses'],
    ['listen STORE@127.0.0.1:0 --json', 'any free port; programs read where from the first line'],
    [
      'listen STORE@:2762+tls --tls-key store.key.pem --tls-cert store.pem --tls-ca ca.pem',
      'only from who has a certificate of this CA',
    ],
  ],
  completes: 'peer',
  load: () => import('./run.ts'),
}
