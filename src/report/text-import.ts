import type { Imported } from '#import/imported.ts'
import { block, type Page } from './page.ts'

/** The text of an import: what was imported, and what could not be. */
export function importText(imported: Imported, out: string | undefined, page: Page): string {
  const { kind, counts, files, unread, open } = imported
  const parts = [
    counted(counts.principals, 'principal'),
    counted(counts.policies, 'policy', 'policies'),
    counted(counts.resources, 'resource'),
    counted(counts.endpoints, 'VPC endpoint'),
  ].filter((part) => part !== undefined)
  const head = `Imported ${kind}: ${[...parts, `in ${counted(counts.accounts, 'account') ?? 'no account'}`].join(', ')}`
  const written = `Written  ${counted(files.size, 'file') ?? 'no file'} in ${out}`
  const rest =
    'What the source does not hold is unknown: organization, session policies, and whatever is made elsewhere.'
  const lines = [
    ...block(page, '', 2, out === undefined ? head.replace('Imported', 'Read') : head),
    ...block(page, '', 2, out === undefined ? 'Nothing is written: give `--out DIR`' : written),
    ...places('Not read, or only in part; what hangs on it is unknown', unread, page),
    ...places('In the snapshot, and open in part; where it decides, the answer is undetermined', open, page),
    '',
    ...block(page, '', 2, rest),
  ]
  return `${lines.join('\n')}\n`
}

/** Addresses stay whole in a terminal, too: they are looked for in the source. */
function places(head: string, found: Imported['unread'], page: Page): readonly string[] {
  if (found.length === 0) return []
  const whole = { ...page, isTerminal: false }
  return [
    '',
    ...block(page, '', 2, head),
    ...found.flatMap(({ where, why }) => block(whole, '  ', 4, `${where}: ${why}`)),
  ]
}

const counted = (count: number, singular: string, many = `${singular}s`): string | undefined =>
  count === 0 ? undefined : `${count} ${count === 1 ? singular : many}`
