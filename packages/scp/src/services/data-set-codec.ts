/**
 * How a service's handlers see data sets: objects of your own, read from and written to the bytes of a transfer syntax. Throw a
 * `StatusError` to choose what a data set that cannot be read is answered with.
 */
export interface DataSetCodec<T> {
  decode(bytes: Uint8Array, transferSyntaxUid: string): T
  encode(value: T, transferSyntaxUid: string): Uint8Array
}

/** The argument of a service that may do without a codec only while its data sets are bytes. */
export type WithCodec<T> = [T] extends [Uint8Array]
  ? { readonly codec?: DataSetCodec<T> }
  : { readonly codec: DataSetCodec<T> }

/** Data sets as the bytes that travel. */
const bytesCodec: DataSetCodec<Uint8Array> = {
  decode: (bytes) => bytes,
  encode: (bytes) => bytes,
}

/** The codec of a service. Without one T is bytes, by the type of the options. */
export function codecOf<T>({ codec }: { readonly codec?: DataSetCodec<T> }): DataSetCodec<T> {
  return (codec ?? bytesCodec) as DataSetCodec<T>
}
