/** Part of a reference with the key behind it: `aws_iam_role`, `app["x"]`, `arn`. */
export interface Step {
  readonly name: string
  /** The text in the brackets, without quotes. */
  readonly key: string | undefined
}

/** The steps of a reference or address. Keys may hold dots and brackets of their own. */
export function stepsOf(reference: string): readonly Step[] {
  const steps: Step[] = []
  let at = 0
  while (at < reference.length) {
    let end = at
    while (end < reference.length && reference[end] !== '.' && reference[end] !== '[') end++
    const name = reference.slice(at, end)
    const after = endOfKey(reference, end)
    const key = after > end ? bare(reference.slice(end + 1, after - 1)) : undefined
    steps.push({ name, key })
    at = after
    // A second key is one of the value, not of the resource.
    while (at < reference.length && reference[at] !== '.') at = Math.max(at + 1, endOfKey(reference, at))
    at++
  }
  return steps
}

/** The offset behind `["key"]` or `[0]`, if one stands there. */
export function endOfKey(text: string, at: number): number {
  if (text[at] !== '[') return at
  let quoted = false
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') quoted = !quoted
    else if (text[i] === ']' && !quoted) return i + 1
  }
  return text.length
}

const bare = (key: string): string => (key.startsWith('"') ? key.slice(1, key.endsWith('"') ? -1 : undefined) : key)

/**
 * The references as they were written. A plan lists behind each what it begins with: `a.b["x"].id`, `a.b["x"]`, `a.b`.
 * https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
 */
export function leavesOf(references: readonly string[]): readonly string[] {
  return references.filter((reference, i) => !isStart(reference, references[i - 1] ?? ''))
}

const isStart = (start: string, reference: string): boolean =>
  reference.startsWith(start) && ['.', '['].includes(reference[start.length] ?? '')
