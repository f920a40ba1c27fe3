/**
 * Keys whose name holds a part the caller chooses: `aws:PrincipalTag/${TagKey}`, `s3:ExistingObjectTag/<key>`,
 * `kms:EncryptionContext:${EncryptionContextKey}`. A template is its fixed texts; between two of them stands at least
 * one character.
 */
export interface KeyTemplate {
  /** As AWS writes it. */
  readonly written: string
  readonly fixed: readonly string[]
}

/** Undefined where the key has no placeholder. */
export function keyTemplate(key: string): KeyTemplate | undefined {
  const fixed: string[] = []
  let from = 0
  for (;;) {
    const open = nextOpening(key, from)
    const close = open < 0 ? -1 : key.indexOf(key.startsWith('<', open) ? '>' : '}', open)
    if (close < 0) break
    fixed.push(key.slice(from, open))
    from = close + 1
  }
  return fixed.length === 0 ? undefined : { written: key, fixed: [...fixed, key.slice(from)] }
}

function nextOpening(key: string, from: number): number {
  const brace = key.indexOf('${', from)
  const angle = key.indexOf('<', from)
  if (brace < 0 || angle < 0) return Math.max(brace, angle)
  return Math.min(brace, angle)
}

/** The key spelled as the template spells it, the caller's parts as given (R-CTX-01); undefined: another key. */
export function fillTemplate({ fixed }: KeyTemplate, key: string): string | undefined {
  const lower = key.toLowerCase()
  const first = fixed[0] ?? ''
  if (lower.length !== key.length || !lower.startsWith(first.toLowerCase())) return undefined
  let name = first
  let at = first.length
  for (const [index, text] of fixed.entries()) {
    if (index === 0) continue
    const last = index === fixed.length - 1
    const next = last ? key.length - text.length : lower.indexOf(text.toLowerCase(), at + 1)
    if (next <= at || !lower.startsWith(text.toLowerCase(), next)) return undefined
    name += key.slice(at, next) + text
    at = next + text.length
  }
  return name
}

/** How much of a key a template fixes; the template that fixes most is the one meant. */
export const fixedLength = ({ fixed }: KeyTemplate): number => fixed.reduce((sum, text) => sum + text.length, 0)
