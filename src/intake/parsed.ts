export type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false }

/** A text as JSON, byte order mark or not. */
export function parseJson(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) }
  } catch {
    return { ok: false }
  }
}
