import type { DocumentKind } from '#prove/document-set.ts'
import { UserError } from '../errors.ts'
import type { Answer } from './batch.ts'
import { compareGiven, fieldAsWritten } from './compare.ts'

/** `{"id", "old", "new", "kind"?}`; each line may cost as many steps. */
export const compareLine =
  (budget?: number): Answer =>
  (line, raw) => {
    for (const name of ['old', 'new'])
      if (!Object.hasOwn(line, name))
        throw new UserError(
          'batch/missing-field',
          `the line has no \`${name}\``,
          'give `old` and `new` besides the `id`',
        )
    const kind = kindOf(line['kind'])
    const old = fieldAsWritten(line['old'], raw, 'old')
    const next = fieldAsWritten(line['new'], raw, 'new')
    return compareGiven({ old, new: next, ...(kind === undefined ? {} : { kind }) }, budget)
  }

function kindOf(value: unknown): DocumentKind | undefined {
  if (value === undefined || value === 'identity-policy' || value === 'resource-policy') return value
  throw new UserError(
    'batch/missing-field',
    `\`kind\` cannot be \`${String(value)}\``,
    'it is `identity-policy` or `resource-policy`',
  )
}
