/** The type octet of the packet header. */
export const PacketType = {
  LINE_CHECK_RQ: 0x11,
  LINE_CHECK_RP: 0x12,
  PASS1: 0x13,
  PASS2: 0x14,
  PASS3: 0x15,
  COMPLETE: 0x16,
  DATA: 0x20,
  /** Unprotected data beside the stream. Reserved: this implementation neither offers, sends nor takes it. */
  CLEAR: 0x21,
  REKEY: 0x22,
  ALERT: 0xf0,
  DISC_RQ: 0xfe,
  DISC_RP: 0xff,
} as const

/** The printed name, or the number in hex for a type nobody defined. */
export function packetTypeName(type: number): string {
  for (const [name, value] of Object.entries(PacketType)) if (value === type) return name
  return `0x${type.toString(16).padStart(2, '0')}`
}
