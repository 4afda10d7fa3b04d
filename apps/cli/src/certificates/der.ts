import forge from 'node-forge'

const { asn1 } = forge
const { Class, Type } = asn1

type Node = forge.asn1.Asn1

export function sequence(...elements: Node[]): Node {
  return asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, elements)
}

export function primitive(type: forge.asn1.Type, octets: string): Node {
  return asn1.create(Class.UNIVERSAL, type, false, octets)
}

/** `[0]` around an element, or in place of a primitive's own tag. */
export function taggedZero(content: string | Node): Node {
  const primitive = typeof content === 'string'
  return asn1.create(Class.CONTEXT_SPECIFIC, Type.NONE, !primitive, primitive ? content : [content])
}

/** RFC 5280 5.1.2.4: UTCTime through 2049, GeneralizedTime from 2050. */
export function time(date: Date): Node {
  return date.getUTCFullYear() < 2050
    ? primitive(Type.UTCTIME, asn1.dateToUtcTime(date))
    : primitive(Type.GENERALIZEDTIME, asn1.dateToGeneralizedTime(date))
}

export function oid(dotted: string): Node {
  return primitive(Type.OID, asn1.oidToDer(dotted).getBytes())
}

/** What a constructed element holds; nothing of a primitive one. */
export function elementsOf(node: Node | undefined): Node[] {
  return Array.isArray(node?.value) ? node.value : []
}

/** What a primitive element holds, as hexadecimal digits. */
export function digitsOf(node: Node | undefined): string {
  return typeof node?.value === 'string' ? forge.util.bytesToHex(node.value) : ''
}

export function bytesOf(node: Node): Buffer {
  return Buffer.from(asn1.toDer(node).getBytes(), 'latin1')
}
