import type { FailedElement } from '#engine/decision.ts'
import { isResourceTagKey } from '#iam/tag-keys.ts'
import { withoutPlaceholder } from './token-words.ts'
import { valueText } from './value-words.ts'

/** A label with its values: `its Resource` with patterns, `the request` with what it had. */
export interface FailedRow {
  readonly label: string
  readonly values: readonly string[]
  readonly hint?: string
}

/** What a statement asks for, and what the request has instead: a row each. */
export function failedRows(failed: FailedElement): readonly [FailedRow, FailedRow] {
  const { element, key, operator, expected, actual, state, hint } = failed
  const why = hint === undefined ? {} : { hint }
  if (element !== 'Condition')
    return [
      { label: `its ${element}`, values: [expected].flat().map(valueText) },
      { label: 'the request', values: [state === 'unknown' ? 'not known' : valueText(actual)], ...why },
    ]
  const isTag = isResourceTagKey(key ?? '')
  const has =
    state === 'unknown'
      ? 'not known'
      : state === 'absent' || actual === null
        ? isTag
          ? 'no such tag'
          : 'not sent'
        : isOtherValue(actual)
          ? 'another value, or none'
          : withoutPlaceholder(valueText(actual))
  return [
    { label: 'it needs', values: [`${operator ?? ''} ${key ?? ''} ${valueText(expected)}`.trim()] },
    { label: isTag ? 'the resource' : 'the request', values: [has], ...why },
  ]
}

/** Whether the request had another value than any that a policy names, or none. */
export const isOtherValue = (value: unknown): boolean => [value].flat().includes('(other)')
