/** The command line is wrong: one sentence for its user. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}
