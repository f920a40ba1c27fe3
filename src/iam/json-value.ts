/**
 * The value of a policy document: one given as text, plain or percent-encoded as IAM's API gives it, is the value it holds.
 * A text that is no JSON stays as it is.
 */
export function documentValue(document: unknown): unknown {
  if (typeof document !== 'string') return document
  const text = document.trimStart()
  try {
    return JSON.parse(text.startsWith('%') ? decodeURIComponent(text) : text)
  } catch {
    return document
  }
}
