/** Which packages each package may import: the one list that eslint and dependency-cruiser read. */
export const layers = {
  pdu: [],
  transport: [],
  'transport-tcp': ['transport'],
  'transport-tls': ['transport'],
  'security-iscl': ['transport'],
  association: ['pdu', 'transport'],
  dimse: ['pdu', 'association'],
  dataset: ['pdu'],
  scp: ['dimse', 'association', 'transport', 'dataset'],
  scu: ['dimse', 'association', 'transport', 'dataset'],
  storage: ['dataset'],
  testkit: ['transport', 'pdu'],
}

/** The folders of packages that have neither I/O nor a clock: eslint bans sockets, files, timers and the time of day from them. */
export const sansIo = [
  'pdu/src',
  'association/src/machine',
  'association/src/negotiation',
  'dimse/src/command',
  'dimse/src/message',
  'dimse/src/sop-class',
  'dimse/src/status',
  'security-iscl/src/engine',
]
