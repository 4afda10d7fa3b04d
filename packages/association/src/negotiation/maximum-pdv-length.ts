/** PDV item-length, presentation context id and message control header (PS3.8 Table 9-23, E.2). */
export const pdvHeaderBytes = 6

/**
 * The longest P-DATA-TF we send whatever the peer allows, in bytes: larger ones gain no speed, and make a peer that
 * collects PDUs hold more.
 */
export const maximumSentLengthBytes = 131_072

/**
 * How many bytes of a message fit in one PDV for a peer that announced `peerMaximumLength` (51H, 0 = unlimited; PS3.8 D.1: the
 * length of a P-DATA-TF without its first six bytes). Even, as each fragment shall be (PS3.8 E.1). 0 when nothing fits, which is
 * for announcements of 1 to 7: such a peer can be sent no message, so whoever has one to send ends the association.
 */
export function maximumPdvLength(peerMaximumLength: number): number {
  const limit =
    peerMaximumLength === 0 ? maximumSentLengthBytes : Math.min(peerMaximumLength, maximumSentLengthBytes)
  const room = Math.max(0, limit - pdvHeaderBytes)
  return room - (room % 2)
}
