export {
  type DimseService,
  type DimseServiceOf,
  dimseServicesOf,
  type RequestTypeOf,
} from './dimse-services.ts'
export { isRegistered } from './is-registered.ts'
export { storageSopClasses } from './storage-sop-classes.ts'
export { transferSyntaxUids } from './transfer-syntax-uids.ts'
