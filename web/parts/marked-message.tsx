import type { Denial } from '#http/wire.ts'

interface Part {
  readonly from: number
  readonly to: number
  readonly kind: 'who' | 'what' | 'where' | 'why'
}

const LEGEND = { who: 'who', what: 'what', where: 'on what', why: 'why' } as const

/** The sentence of the denial, with who, what, on what and why marked in it. */
export function MarkedMessage({ denial, text }: { readonly denial: Denial; readonly text: string }) {
  const sentence = sentenceOf(denial, text)
  if (sentence === undefined) return null
  const parts = partsOf(denial, sentence)
  return (
    <blockquote class="quote" tabIndex={0}>
      {pieces(sentence, parts)}
    </blockquote>
  )
}

function pieces(sentence: string, parts: readonly Part[]) {
  const out = []
  let at = 0
  for (const { from, to, kind } of parts) {
    out.push(sentence.slice(at, from))
    out.push(
      <mark key={from} class={`mark-${kind}`} title={LEGEND[kind]}>
        {sentence.slice(from, to)}
      </mark>,
    )
    at = to
  }
  return [...out, sentence.slice(at)]
}

const MAX_SENTENCE = 4000

/** The piece of the text that was read; of an event its message. */
function sentenceOf({ evidence, eventId }: Denial, text: string): string | undefined {
  const { span } = evidence
  if (span !== null) return text.slice(span[0], Math.min(span[1], span[0] + MAX_SENTENCE))
  try {
    const found = messageIn(JSON.parse(text), eventId, 0)
    return found === undefined ? undefined : found.slice(0, MAX_SENTENCE)
  } catch {
    return undefined
  }
}

function messageIn(value: unknown, eventId: string | null, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null || depth > 6) return undefined
  const record = value as Readonly<Record<string, unknown>>
  const message = record['errorMessage']
  if (typeof message === 'string' && (eventId === null || record['eventID'] === eventId)) return message
  for (const inner of Object.values(record)) {
    const found = messageIn(inner, eventId, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

const REASONS = ['because no ', 'with an explicit deny', 'explicit deny in a', 'because ']

function partsOf(denial: Denial, sentence: string): readonly Part[] {
  const found: Part[] = []
  const add = (words: string | null | undefined, kind: Part['kind']): void => {
    const from = words === null || words === undefined || words === '' ? -1 : sentence.indexOf(words)
    if (words !== undefined && words !== null && from >= 0) found.push({ from, to: from + words.length, kind })
  }
  add(denial.principal, 'who')
  add(denial.resourceText ?? denial.resource, 'where')
  add(denial.action, 'what')
  if (!found.some(({ kind }) => kind === 'what')) add(denial.operation, 'what')
  const reason = REASONS.map((words) => sentence.indexOf(words)).find((at) => at >= 0)
  if (reason !== undefined) found.push({ from: reason, to: endOfSentence(sentence, reason), kind: 'why' })
  const sorted = found.sort((one, other) => one.from - other.from)
  return sorted.filter(({ from }, i) => i === 0 || from >= Math.max(...sorted.slice(0, i).map(({ to }) => to)))
}

function endOfSentence(sentence: string, from: number): number {
  const line = sentence.indexOf('\n', from)
  const end = line < 0 ? sentence.length : line
  return sentence[end - 1] === '"' ? end - 1 : end
}
