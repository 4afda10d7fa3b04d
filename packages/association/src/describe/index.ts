export { describeAssociation } from './describe-association.ts'
export { printable } from './printable.ts'
export { summarizePdu } from './summarize-pdu.ts'
export { abortWords, rejectionWords } from './words.ts'
