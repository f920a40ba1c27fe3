/** The steps of a guide, as texts with code in backticks. */
export interface Playbook {
  readonly title: string
  readonly steps: readonly string[]
  readonly reviewed: string
}

/** Reads the steps out of a guide's own page, which the service serves; undefined where it has none. */
export async function playbookOf(guide: string): Promise<Playbook | undefined> {
  try {
    const answer = await fetch(`/guide/${encodeURIComponent(guide)}.html`)
    return answer.ok ? playbookIn(await answer.text(), guide) : undefined
  } catch {
    return undefined
  }
}

/** The first numbered list behind "How to fix it" of a page as `src/guide/html.ts` writes it. */
export function playbookIn(html: string, guide: string): Playbook | undefined {
  const from = html.indexOf('id="how-to-fix-it"')
  const list = between(html.slice(Math.max(0, from)), '<ol>', '</ol>')
  if (list === undefined) return undefined
  return {
    title: wordsOf(between(html, '<h1>', '</h1>') ?? guide),
    steps: list
      .split('<li>')
      .slice(1)
      .map((item) => wordsOf(item.replace('</li>', ''))),
    reviewed: between(html, '<time datetime="', '"') ?? '',
  }
}

function between(text: string, from: string, to: string): string | undefined {
  const start = text.indexOf(from)
  const end = start < 0 ? -1 : text.indexOf(to, start + from.length)
  return end < 0 ? undefined : text.slice(start + from.length, end)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

/** Its text, with its code in backticks and without the sources in brackets. It is shown as text and never as markup. */
const wordsOf = (html: string): string =>
  html
    .replaceAll(/<\/?code>/g, '`')
    .replaceAll(/<[^<>]{0,1000}>/g, '')
    .replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (one) => ENTITIES[one] ?? one)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ \([^()]{1,80}\)(?=[.,;:]|$)/g, '')
    .trim()
