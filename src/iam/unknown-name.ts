/** Placeholders that stand for the name of a resource that the evidence doesn't give: an object's key, any other name. */
export const UNKNOWN_NAMES = ['NAME', 'KEY'] as const

/** Whether a part of an ARN is such a placeholder: then nobody knows that the name differs from what a policy allows. */
export const hasUnknownName = (resource: string): boolean =>
  resource.split(/[:/]/).some((part) => UNKNOWN_NAMES.some((name) => name === part))
