/** Message IDs 1 to 65535 (PS3.7 E.1), none that is outstanding. */
export class MessageIds {
  #last = 0

  next(outstanding: { has(messageId: number): boolean }): number {
    do this.#last = (this.#last % 0xffff) + 1
    while (outstanding.has(this.#last))
    return this.#last
  }
}
