/** A field of an object whose name may be written in any case, as SDKs and the CLI print grants and ACLs; undefined: there is none. */
export const anyCaseField = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key.toLowerCase() === name)?.[1]
    : undefined
