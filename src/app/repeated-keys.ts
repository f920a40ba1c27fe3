import { duplicateKeyAt, membersAt, skipSpace } from '#iam/json-scan.ts'
import { UserError } from '../errors.ts'

/**
 * Refuses a JSON object in whose text a key stands twice: `JSON.parse` keeps the last, another reader the first, and nobody can say
 * which was meant. What stands below `scenario` is looked at where that is read, for a policy in it may be broken by itself.
 *
 * @throws UserError `batch/duplicate-key`
 */
export function refuseRepeatedKeys(raw: string): void {
  const members = membersAt(raw, skipSpace(raw, 0))
  const seen = new Set<string | number>()
  for (const { key, start } of members) {
    const twice = seen.has(key) ? String(key) : key === 'scenario' ? undefined : duplicateKeyAt(raw, start)?.key
    if (twice !== undefined)
      throw new UserError(
        'batch/duplicate-key',
        `the key \`${twice.slice(0, 100)}\` stands twice`,
        'keep one of the two',
      )
    seen.add(key)
  }
}
