/** A role's name taken apart by a pattern. */
export interface MatchedName {
  /** The pattern with what `*` stood for: roles with one key are alike. */
  readonly key: string
  /** What each `{hole}` stood for. */
  readonly holes: ReadonlyMap<string, string>
}

type Part = { readonly is: 'text' | 'star' | 'hole'; readonly text: string }

/** Undefined where a brace stands alone. */
function partsOf(pattern: string): readonly Part[] | undefined {
  const parts: Part[] = []
  let text = ''
  const endText = (): void => {
    if (text !== '') parts.push({ is: 'text', text })
    text = ''
  }
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern.charAt(at)
    if (sign === '}') return undefined
    if (sign !== '*' && sign !== '{') {
      text += sign
      continue
    }
    endText()
    if (sign === '*') parts.push({ is: 'star', text: '*' })
    else {
      const end = pattern.indexOf('}', at)
      if (end <= at + 1) return undefined
      parts.push({ is: 'hole', text: pattern.slice(at + 1, end) })
      at = end
    }
  }
  endText()
  return parts
}

/** How many parts are open; undefined where the pattern is broken. */
export const holesOf = (pattern: string): number | undefined =>
  partsOf(pattern)?.filter(({ is }) => is !== 'text').length

/** Takes a name apart; undefined where the pattern does not fit. A hole is one character at least, and as short as may be. */
export function matchName(pattern: string, name: string): MatchedName | undefined {
  const parts = partsOf(pattern)
  if (parts === undefined) return undefined
  const found: string[] = []
  const fits = (part: number, at: number): boolean => {
    const one = parts[part]
    if (one === undefined) return at === name.length
    if (one.is === 'text') return name.startsWith(one.text, at) && fits(part + 1, at + one.text.length)
    for (let end = at + (one.is === 'hole' ? 1 : 0); end <= name.length; end++) {
      found[part] = name.slice(at, end)
      if (fits(part + 1, end)) return true
    }
    return false
  }
  if (!fits(0, 0)) return undefined
  const holes = new Map<string, string>()
  const key = parts.map(({ is, text }, i) => {
    if (is === 'hole') holes.set(text, found[i] ?? '')
    return is === 'hole' ? `{${text}}` : is === 'star' ? (found[i] ?? '') : text
  })
  return { key: key.join(''), holes }
}
