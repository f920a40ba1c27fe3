import type { EvidenceFact } from '#diagnose/diagnosis.ts'
import { block, type Page } from './page.ts'

const WORDS: Readonly<Record<EvidenceFact['from'], string>> = {
  text: 'the text',
  file: 'a file',
  option: 'an option',
  scenario: 'the scenario',
  snapshot: 'the snapshot',
  live: 'AWS, read now',
  event: 'the CloudTrail record',
  authorization: "AWS's authorization details",
  assumed: 'assumed',
}

/** Lines of the facts that the answer rests on, by source; what was assumed has lines of its own. */
export function evidenceLines(evidence: readonly EvidenceFact[], page: Page): string[] {
  const bySource = new Map<string, string[]>()
  for (const fact of evidence.filter(({ from }) => from !== 'assumed')) {
    const source = sourceWords(fact)
    bySource.set(source, [...(bySource.get(source) ?? []), `${fact.fact} ${valueWords(fact.value)}`])
  }
  if (bySource.size === 0) return []
  return [
    'Evidence',
    ...[...bySource].flatMap(([source, facts]) => block(page, '  ', 4, `${source}: ${facts.join('; ')}`)),
  ]
}

function sourceWords({ from, file, line }: EvidenceFact): string {
  if (file === undefined) return WORDS[from]
  const place = line === undefined ? file : `${file}:${line}`
  return from === 'text' || from === 'file' ? place : `${WORDS[from]} ${place}`
}

const valueWords = (value: unknown): string =>
  value === null ? 'not sent' : Array.isArray(value) ? value.join(', ') : String(value)
