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
