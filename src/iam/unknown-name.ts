/** Placeholders that stand for the name of a resource that the evidence doesn't give: an object's key, any other name. */
export const UNKNOWN_NAMES = ['NAME', 'KEY'] as const

/**
 * Whether a part of an ARN is such a placeholder, that of a secret with the six characters that follow its name: then nobody knows that
 * the name differs from what a policy allows.
 */
export const hasUnknownName = (resource: string): boolean =>
  resource.split(/[:/]/).some((part) => UNKNOWN_NAMES.some((name) => name === part.replace(/-\?{6}$/, '')))
