/** A value of a policy as a message shows it: short, since whoever wrote the policy chose its length. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : jsonOf(value)
  return `\`${text.length > 80 ? `${text.slice(0, 77)}…` : text}\``
}

/** As JSON; empty where a value has no JSON, or is nested too deep to be written out. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}

/** The first three of a list, and how many more there are. */
export function shownList(values: readonly string[]): string {
  const first = values.slice(0, 3).map(shown).join(', ')
  return values.length > 3 ? `${first} and ${values.length - 3} more` : first
}
