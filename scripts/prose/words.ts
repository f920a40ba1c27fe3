/** The words that no page, help text or sample uses, each with the plain word for it. Text in, findings out. */

export interface WordRule {
  /** Name of the rule in the baseline. */
  readonly word: string
  readonly pattern: RegExp
  readonly instead: string
}

export interface WordFinding {
  readonly line: number
  readonly word: string
  readonly found: string
  readonly instead: string
}

/** Patterns match one line of text without code, lower or upper case. */
export const WORD_RULES: readonly WordRule[] = [
  {
    word: 'refuse',
    pattern: /\brefus(?:e|es|ed|ing|al|als)\b/gi,
    instead: 'deny, denial; a program "does not accept"',
  },
  { word: 'told', pattern: /\b(?:re)?told\b|\btells\b/gi, instead: 'reported, shows, says' },
  { word: 'held', pattern: /\bheld (?:against|to|open)\b|\bholds? against\b/gi, instead: 'compared with' },
  { word: 'stands', pattern: /\bstands?\b(?! for\b)|\bstood\b/gi, instead: 'is, is in, is next to' },
  { word: 'beside', pattern: /\bbesides?\b/gi, instead: 'next to, also, in addition, with' },
  { word: 'at hand', pattern: /\bat hand\b/gi, instead: 'provided, given' },
  { word: 'not seen', pattern: /\bnot seen\b|(?<![\w/-])unseen(?![\w/-])/gi, instead: 'not checked, not provided' },
  { word: 'let pass', pattern: /\blets? pass\b|\blets? in\b|\blet through\b/gi, instead: 'allow' },
  { word: 'mend', pattern: /\bmend(?:s|ed|ing)?\b|\bcures?\b|\bcured\b/gi, instead: 'fix, correct, repair' },
  { word: 'surely', pattern: /\bsurely\b|\bto be sure\b/gi, instead: 'certain, always' },
  { word: 'bears on', pattern: /\b(?:bear|bears|bearing|hang|hangs) on\b/gi, instead: 'depends on, affects' },
  { word: 'of the own', pattern: /\bof the own\b|\bin the own\b/gi, instead: 'in the same account' },
  { word: 'anew', pattern: /\banew\b|\bonce more\b/gi, instead: 'again' },
  { word: 'rival', pattern: /\brivals?\b/gi, instead: 'other possible causes' },
  { word: 'stand-in', pattern: /\bstand-ins?\b/gi, instead: 'placeholder' },
  { word: 'put back', pattern: /\bput back\b/gi, instead: 'revert' },
  { word: 'namesake', pattern: /\bnamesakes?\b|\baftermath\b/gi, instead: 'policy with the same name; later events' },
  { word: 'guard', pattern: /\bguards?\b/gi, instead: 'service setting, service control' },
  { word: 'witness', pattern: /\bwitness(?:es)?\b/gi, instead: 'example request, counterexample' },
  { word: 'room', pattern: /\brooms?\b|\bwalls\b/gi, instead: 'module, import rules' },
  { word: 'slip', pattern: /\bslips?\b/gi, instead: 'mistake' },
  { word: 'taken for', pattern: /\btaken for granted\b/gi, instead: 'assumed' },
]

const FENCE = /^\s{0,3}(`{3,}|~{3,})\s*([\w-]*)/

/** Returns the lines of a page with code blocks, code spans and targets of links blanked out. */
export function proseLines(markdown: string): readonly string[] {
  let fence: string | undefined
  return markdown.split('\n').map((line) => {
    const [, mark = ''] = FENCE.exec(line) ?? []
    if (fence !== undefined) {
      if (mark.startsWith(fence)) fence = undefined
      return ''
    }
    if (mark !== '') {
      fence = mark
      return ''
    }
    return line
      .replace(/(`+)(?:(?!\1).)+\1/g, (code) => ' '.repeat(code.length))
      .replace(/\]\([^)\s]*\)/g, (target) => `]${' '.repeat(target.length - 1)}`)
      .replace(/https?:\/\/\S+/g, (url) => ' '.repeat(url.length))
  })
}

/** Returns every listed word in a text; `lines` are its lines, without what is not prose. */
export const findWords = (lines: readonly string[]): readonly WordFinding[] =>
  lines.flatMap((line, at) =>
    WORD_RULES.flatMap(({ word, pattern, instead }) =>
      [...line.matchAll(pattern)].map(([found]) => ({ line: at + 1, word, found, instead })),
    ),
  )

export type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Returns what is in `now` more often than the baseline allows, and where the baseline can shrink. */
export function compareCounts(
  now: Counts,
  baseline: Counts,
): { readonly more: readonly string[]; readonly fewer: readonly string[] } {
  const more: string[] = []
  const fewer: string[] = []
  for (const page of new Set([...Object.keys(now), ...Object.keys(baseline)])) {
    const counted = now[page] ?? {}
    const allowed = baseline[page] ?? {}
    for (const rule of new Set([...Object.keys(counted), ...Object.keys(allowed)])) {
      const [is, most] = [counted[rule] ?? 0, allowed[rule] ?? 0]
      if (is > most) more.push(`${page}: ${rule}: ${is}, the baseline allows ${most}`)
      else if (is < most) fewer.push(`${page}: ${rule}: ${is} instead of ${most}`)
    }
  }
  return { more, fewer }
}
