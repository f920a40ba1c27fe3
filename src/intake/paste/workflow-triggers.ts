/**
 * Returns what the subject of a token names after the repository where every trigger of a workflow leads to the same, as
 * `pull_request`; undefined: the triggers leave it open. A branch or tag counts only if it is written out.
 * https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims
 */
export function subjectOfTriggers(text: string): string | undefined {
  const triggers = triggersIn(text)
  const ends = new Set(triggers.map(endOf))
  const [end] = ends
  return triggers.length === 0 || ends.size > 1 ? undefined : end
}

interface Trigger {
  readonly name: string
  /** The lines below it. */
  readonly lines: readonly string[]
}

const ON = /^["']?on["']?:(?<rest>[^\n]{0,400})$/m
const MOST_LINES = 200

function triggersIn(text: string): readonly Trigger[] {
  const match = ON.exec(text)
  if (match === null) return []
  const rest = withoutComment(match.groups?.['rest'] ?? '')
  if (rest !== '') return listed(rest).map((name) => ({ name, lines: [] }))
  const lines = text
    .slice(match.index + match[0].length + 1)
    .split(/\r?\n/, MOST_LINES)
    .filter((line) => withoutComment(line) !== '')
  const end = lines.findIndex((line) => /^\S/.test(line))
  const block = end < 0 ? lines : lines.slice(0, end)
  const indent = indentOf(block[0] ?? '')
  return block.flatMap((line, i): readonly Trigger[] => {
    if (indentOf(line) !== indent) return []
    const below = block.slice(i + 1)
    const until = below.findIndex((other) => indentOf(other) <= indent)
    const name = withoutComment(line).replace(/^-\s+/, '').replace(/:.*$/, '')
    return [{ name, lines: until < 0 ? below : below.slice(0, until) }]
  })
}

const indentOf = (line: string): number => line.search(/\S/)
const withoutComment = (line: string): string => line.replace(/(?:^|\s)#.*$/, '').trim()
const listed = (text: string): readonly string[] =>
  text
    .replaceAll(/[[\]]/g, '')
    .split(',')
    .map((item) => item.trim().replaceAll(/^["']|["']$/g, ''))
    .filter((item) => item !== '')

function endOf({ name, lines }: Trigger): string | undefined {
  if (name === 'pull_request') return 'pull_request'
  if (name !== 'push') return undefined
  const [branches, tags] = [valuesOf(lines, 'branches'), valuesOf(lines, 'tags')]
  const refs = [...branches.map((ref) => `ref:refs/heads/${ref}`), ...tags.map((ref) => `ref:refs/tags/${ref}`)]
  const [ref, ...others] = refs
  if (others.length === 0 && ref !== undefined && !/[*?+![\]]/.test(ref)) return ref
  return branches.length === 0 && tags.length > 0 ? `ref:refs/tags/${ANY_TAG}` : undefined
}

/** Stands for the tag where a workflow runs for several. */
export const ANY_TAG = 'TAG_NAME'

function valuesOf(lines: readonly string[], key: 'branches' | 'tags'): readonly string[] {
  const at = lines.findIndex((line) => line.trim().startsWith(`${key}:`))
  const line = lines[at]
  if (line === undefined) return []
  const rest = withoutComment(line.slice(line.indexOf(':') + 1))
  if (rest !== '') return listed(rest)
  const below = lines.slice(at + 1)
  const until = below.findIndex((other) => !other.trim().startsWith('- '))
  return listed((until < 0 ? below : below.slice(0, until)).map((item) => withoutComment(item).slice(2)).join(','))
}
