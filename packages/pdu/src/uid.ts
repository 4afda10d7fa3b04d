declare const uidBrand: unique symbol
/** A DICOM unique identifier (PS3.5 9.1): compare with `===`. Made by `parseUid`. */
export type Uid = string & { readonly [uidBrand]: true }
