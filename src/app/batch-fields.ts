import type { DecisionWithLint } from '#lint/decision-with-lint.ts'
import { nearestOf } from '#iam/nearest-name.ts'
import { UserError } from '../errors.ts'
import type { BatchLine } from './batch.ts'
import { unknownFieldFinding } from './unknown-field.ts'

/** A field that is `true` or `false`; left out: undefined. Anything else is a slip, and must not count as left out. */
export function flagOf(line: BatchLine, name: string): boolean | undefined {
  const value = line[name]
  if (value === undefined || typeof value === 'boolean') return value
  throw new UserError('batch/missing-field', `\`${name}\` is neither true nor false`, `write \`true\` or \`false\``)
}

/** A field that holds a record or a list of them, or the JSON text of either. */
export function recordOf(name: string, value: unknown): unknown {
  if (typeof value === 'string' ? /^\s*[[{]/.test(value) : typeof value === 'object' && value !== null) return value
  throw new UserError(
    'batch/missing-field',
    `\`${name}\` is neither an object nor a list`,
    'give the CloudTrail record itself, or send what is text as `text`',
  )
}

/** A decision that tells which fields of the line are not known, and what they were meant for. */
export function withUnknownFields(
  decision: DecisionWithLint,
  line: BatchLine,
  known: readonly string[],
): DecisionWithLint {
  const found = Object.keys(line).filter((name) => !known.includes(name))
  if (found.length === 0) return decision
  return { ...decision, lint: [...decision.lint, ...found.map((name) => unknownFieldFinding(fieldAt(name, known)))] }
}

const fieldAt = (name: string, known: readonly string[]) => ({
  pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  name,
  nearest: nearestOf(name, known),
})
