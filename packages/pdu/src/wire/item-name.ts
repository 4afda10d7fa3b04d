/** The type of a PDU or an item as the standard prints it: `50H`. */
export function itemName(itemType: number): string {
  return `${itemType.toString(16).toUpperCase().padStart(2, '0')}H`
}
