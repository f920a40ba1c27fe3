import { layerName } from '#iam/layers.ts'
import { refusalsOf } from '../text-refusals.ts'
import type { StatementRef } from '#engine/statement-ref.ts'
import type { CaseOutcome } from '#suite/run.ts'

/** A failed case in words: one sentence, and below it every reason. */
export interface Failure {
  readonly title: string
  readonly details: readonly string[]
}

export const askedText = ({ request }: CaseOutcome): string =>
  `${request.action} on ${[request.resource ?? '(resource not known)'].flat().join(', ')}`

/** With the context sets it was tried with. */
export const caseText = (outcome: CaseOutcome): string => {
  const { contexts } = outcome.case
  return `${askedText(outcome)} as ${outcome.request.principal}${contexts.length === 0 ? '' : ` (${contexts.join(', ')})`}`
}

/** `policy` statement 2 "Sid" and where it stands; counted from 1, as a person counts. */
export const refText = ({ layer, policy, index, sid, file, line }: StatementRef): string =>
  `${layerName(layer)} \`${policy}\` statement ${index + 1}${sid === undefined ? '' : ` "${sid}"`}${
    file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`
  }`

export function failureOf(outcome: CaseOutcome): Failure {
  const { case: accessCase, decision, difference, further, by, missing } = outcome
  const then = further === undefined ? '' : ` (the call needs it: ${further})`
  switch (difference?.kind) {
    case 'undetermined':
      return {
        title: `expected ${accessCase.expected}, is undetermined${then}: ${facts(difference.facts)}`,
        details: missing.map(
          ({ fact, wouldAllowIf, howToGet }) =>
            `not known: ${fact}${wouldAllowIf === null ? '' : `, allowed if ${wouldAllowIf}`}; ${howToGet}`,
        ),
      }
    case 'other-decision':
      return {
        title: `expected ${accessCase.expected}, is ${difference.decision}${then}`,
        details:
          decision.decision === 'denied'
            ? refusalsOf(decision).flatMap(({ text, nearest }) => [`by ${text}`, ...nearest])
            : by.map((ref) => `allowed by ${refText(ref)}`),
      }
    case 'other-layer':
      return {
        title: `${decision.decision} as expected, but by ${names(difference.layers)}, not by ${names(difference.wanted)}`,
        details: by.map(refText),
      }
    case 'other-statement':
      return {
        title: `${decision.decision} as expected, but not by the statement \`${difference.wanted}\``,
        details: difference.statements.map((ref) => `by ${refText(ref)}`),
      }
    case undefined:
      return { title: `${decision.decision} as expected`, details: [] }
  }
}

const facts = (list: readonly string[]): string => (list.length === 0 ? 'facts are missing' : list.join(', '))
const names = (layers: readonly Parameters<typeof layerName>[0][]): string =>
  layers.length === 0 ? 'no layer' : layers.map(layerName).join(' and ')
