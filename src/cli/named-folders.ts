import type { NamedFolder } from '#app/answer-question.ts'
import { UserError } from '../errors.ts'

/** `NAME=DIR`, or a directory whose own name is taken. */
export function namedFolders(given: readonly string[]): readonly NamedFolder[] {
  const named = given.map((one) => {
    const [, name, folder] = /^([\w.-]{1,60})=(.+)$/s.exec(one) ?? []
    return name === undefined || folder === undefined ? { name: ownName(one), folder: one } : { name, folder }
  })
  const twice = named.find(({ name }, i) => named.findIndex((other) => other.name === name) !== i)
  if (twice === undefined) return named
  throw new UserError(
    'usage/conflicting-options',
    `two snapshots are called \`${twice.name}\``,
    'name them: `--snapshot NAME=DIR`',
  )
}

/** `prod/snapshot` is `prod`: every snapshot is called snapshot. */
function ownName(folder: string): string {
  const parts = folder.split(/[\\/]/).filter((part) => part !== '' && part !== '.' && part !== '..')
  const last = parts.at(-1) ?? 'snapshot'
  return last === 'snapshot' ? (parts.at(-2) ?? last) : last
}
