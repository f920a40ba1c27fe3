const MAX_VALUES = 4

/** A value of a policy or of the request; long lists are counted. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_VALUES).map(valueText).join(', ')
    return value.length > MAX_VALUES ? `${shown} and ${value.length - MAX_VALUES} more` : shown
  }
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
}
