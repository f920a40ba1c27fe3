/** A piece of a snapshot as collected: its files (path in the snapshot → value to be written as JSON), and how complete it is. */
export interface Part {
  /** A path of docs/snapshot.md, as `coverage` names it. */
  readonly part: string
  readonly files: ReadonlyMap<string, unknown>
  readonly state: 'complete' | 'partial' | 'missing'
  /** What AWS refused, one line for each call. */
  readonly why: readonly string[]
  /** Files of the part that are not complete, with the reason. */
  readonly incomplete?: readonly { readonly file: string; readonly why: readonly string[] }[]
}

/** A file name that any file system takes, never a path: other characters become `_`. */
export function safeName(text: string): string {
  const safe = Array.from(text, (c) => (/^[A-Za-z0-9._-]$/.test(c) ? c : '_')).join('')
  const short = safe.length > 120 ? safe.slice(0, 120) : safe
  return short.startsWith('.') ? `_${short}` : short
}
