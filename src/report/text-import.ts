import type { Imported } from '#import/imported.ts'
import { safeLine } from './safe-text.ts'

/** What was imported, and what could not be. */
export function importText(imported: Imported, out: string | undefined): string {
  const { kind, counts, files, unread, open } = imported
  const parts = [
    counted(counts.principals, 'principal'),
    counted(counts.policies, 'policy', 'policies'),
    counted(counts.resources, 'resource'),
    counted(counts.endpoints, 'VPC endpoint'),
  ].filter((part) => part !== undefined)
  const head = `Imported ${kind}: ${[...parts, `in ${counted(counts.accounts, 'account') ?? 'no account'}`].join(', ')}`
  const lines = [
    out === undefined ? head.replace('Imported', 'Read') : head,
    out === undefined ? 'Nothing is written: give `--out DIR`' : `Written  ${files.size} files in ${out}`,
  ]
  if (unread.length > 0) {
    lines.push('', 'Not read, or only in part; what hangs on it is unknown')
    for (const { where, why } of unread) lines.push(`  ${where}: ${why}`)
  }
  if (open.length > 0) {
    lines.push('', 'In the snapshot, and open in part; where it decides, the answer is undetermined')
    for (const { where, why } of open) lines.push(`  ${where}: ${why}`)
  }
  lines.push(
    '',
    'What the source does not hold is unknown: organization, session policies, and whatever is made elsewhere.',
  )
  return `${lines.map(safeLine).join('\n')}\n`
}

const counted = (count: number, one: string, many = `${one}s`): string | undefined =>
  count === 0 ? undefined : `${count} ${count === 1 ? one : many}`
