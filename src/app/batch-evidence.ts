import type { Denial } from '#intake/denial.ts'
import type { ReadingWatch } from '#intake/reading-watch.ts'
import { UserError } from '../errors.ts'
import { type BatchLine, fieldOf, textOf } from './batch.ts'
import { flagOf, recordOf } from './batch-fields.ts'
import { withFacts } from './given-facts.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { evidenceOfRecords, evidenceOfText } from './inputs.ts'

/** Flags that the service may be asked with besides (docs/serve.md). */
const FLAGS = ['fixes', 'scenarios']

/** The evidence of a line: the one of its fields that holds any. */
export function evidenceOfLine(line: BatchLine, watch?: ReadingWatch): Evidence {
  for (const name of FLAGS) flagOf(line, name)
  const [name, value] = fieldOf(line, ['text', 'record', 'records'])
  const where = `\`${name}\``
  return name === 'text'
    ? evidenceOfText(textOf(name, value), where, watch)
    : evidenceOfRecords(recordOf(name, value), where)
}

/** The evidence with the condition keys that a line says of its requests: `context`, `null` for a key that was not sent. */
export function withContextOf(line: BatchLine, evidence: Evidence): Evidence {
  const { context } = line
  if (context === undefined) return evidence
  if (!isContext(context))
    throw new UserError(
      'batch/missing-field',
      '`context` is no object of condition keys',
      'write `{"aws:SourceVpce": "vpce-1a2b3c4d"}`; `null` stands for a key that was not sent',
    )
  return withFacts(evidence, { context }).evidence
}

/** Values that a key of a request can have. */
function isContext(value: unknown): value is Denial['context'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const isPlain = (part: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof part)
  return Object.values(value).every(
    (entry) =>
      entry === null || isPlain(entry) || (Array.isArray(entry) && entry.every((part) => typeof part === 'string')),
  )
}
