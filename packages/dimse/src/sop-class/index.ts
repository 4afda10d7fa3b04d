export { carriesSopClass, hasService, sopClassOf } from './carried-sop-classes.ts'
export {
  type DimseService,
  type DimseServiceOf,
  dimseServicesOf,
  type ServiceOf,
  type SopClassWith,
} from './dimse-services.ts'
export { isRegistered } from './is-registered.ts'
export { performerOf, type RequestTypeOf, type ServiceRole } from './service-role.ts'
export { storageSopClasses } from './storage-sop-classes.ts'
export { transferSyntaxUids } from './transfer-syntax-uids.ts'
export { type UidKeyword, uidOf } from '@dcm/pdu'
