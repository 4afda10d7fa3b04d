import { connectionOptions } from '../../arguments/connection-options.ts'
import { scopeOptions } from '../../arguments/scope-options.ts'
import type { Command } from '../command.ts'

export const get: Command = {
  name: 'get',
  usage: 'PEER KEYWORD=VALUE…',
  summary: 'retrieve objects over the same association (C-GET)',
  description:
    'The peer sends what the keys name over the association that asks, so that nothing has to be listened on. Each level needs the unique keys above it; dcm find shows them. Objects are kept as they come, byte for byte: uncompressed, or compressed as the peer has them. An association has room for 128 SOP classes and transfer syntaxes; name those you expect where the peer has rare ones.',
  options: [
    ...scopeOptions(['study', 'patient', 'patient-study-only']),
    {
      name: 'out',
      short: 'o',
      value: 'FOLDER',
      completes: 'folder',
      summary: 'where objects are kept (default received)',
    },
    {
      name: 'sop-class',
      value: 'NAME',
      multiple: true,
      summary: 'expect these only: keyword or UID, may be repeated (default: what archives hold)',
    },
    {
      name: 'transfer-syntax',
      value: 'NAME',
      multiple: true,
      summary: 'take these only: keyword or UID, may be repeated (default: as the peer has them)',
    },
    ...connectionOptions,
  ],
  examples: [
    ['get ARCHIVE@pacs.example:104 StudyInstanceUID=1.2.3 --out study', 'a whole study'],
    ['get archive -l series StudyInstanceUID=1.2.3 SeriesInstanceUID=1.2.3.4', 'a series of it'],
    [
      'get archive StudyInstanceUID=1.2.3 --transfer-syntax ExplicitVRLittleEndian',
      'uncompressed, if the archive can',
    ],
    ['get archive StudyInstanceUID=1.2.3 --sop-class EncapsulatedSTLStorage', 'a rare SOP class'],
  ],
  completes: 'peer',
  load: () => import('./run.ts'),
}
