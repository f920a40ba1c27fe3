import { plainText } from './inline.ts'
import { foldTopic, type GuidePage } from './page.ts'

const MOST_WORDS = 8
const MOST_FOUND = 60

/** Pages that have all words of a query, the ones that are called so first; of an empty query none. */
export function searchPages(pages: readonly GuidePage[], query: string): readonly GuidePage[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS)
  if (words.length === 0) return []
  const whole = foldTopic(query)
  const found = pages.flatMap((page, i) => {
    const score = scoreOf(page, words, whole)
    return score === 0 ? [] : [{ page, score, i }]
  })
  return found
    .toSorted((one, other) => other.score - one.score || one.i - other.i)
    .slice(0, MOST_FOUND)
    .map(({ page }) => page)
}

/** 4: it is called so; 3: its name has the words; 2: its headings; 1: its text; 0: a word is nowhere. */
function scoreOf(page: GuidePage, words: readonly string[], whole: string): number {
  const names = [page.topic, page.title, ...page.also]
  if (whole !== '' && names.some((name) => foldTopic(name) === whole)) return 4
  const has = (text: string): boolean => words.every((word) => text.includes(word))
  if (has(names.join(' ').toLowerCase())) return 3
  const headings = page.blocks.flatMap((block) => (block.kind === 'heading' ? [block.text] : []))
  if (has([...names, ...headings].join(' ').toLowerCase())) return 2
  return has([...names, ...page.blocks.map(textOf)].join(' ').toLowerCase()) ? 1 : 0
}

function textOf(block: GuidePage['blocks'][number]): string {
  switch (block.kind) {
    case 'list':
      return block.items.map(plainText).join(' ')
    case 'table':
      return [block.head, ...block.rows].flat().map(plainText).join(' ')
    case 'code':
      return block.text
    default:
      return plainText(block.text)
  }
}
