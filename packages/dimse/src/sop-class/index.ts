export { isRegistered, storageSopClasses, transferSyntaxUids } from './storage-sop-classes.ts'
