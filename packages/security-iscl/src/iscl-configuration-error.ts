/** The caller's fault: options, key rings or a key file that cannot be used. Never holds key bytes. */
export class IsclConfigurationError extends Error {
  override readonly name = 'IsclConfigurationError'
  readonly code = 'DCM_ISCL_CONFIGURATION'
}
