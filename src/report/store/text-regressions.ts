import { block, type Page, paint } from '../page.ts'
import { safeLine } from '#quote/terminal.ts'
import { join } from '../text-decision.ts'

interface Decision {
  readonly layer: string | null
  readonly denyType: string | null
  readonly policyArn: string | null
  readonly statement: string | null
  readonly blockedBy: readonly string[]
}

interface Change {
  readonly before: string
  readonly after: string
  readonly layer: string | null
  readonly where: string | null
  readonly statements: readonly {
    readonly how: string
    readonly policy: string
    readonly statement: string
    readonly effect: string
  }[]
}

/** A tuple that is refused although it was allowed before, was never refused before, or was marked fixed. */
export interface RegressionLine {
  readonly principal: string
  readonly action: string
  readonly resourceFamily: string
  readonly reason: 'marked-fixed' | 'was-allowed' | 'was-quiet'
  readonly count: number
  readonly firstSeen: string
  readonly lastSeen: string
  readonly lastAllowed: string | null
  readonly markedAt: string | null
  readonly note: string | null
  readonly decision: Decision | null
  readonly change?: Change | null
}

const NOTHING =
  'No regression: nothing came back that was fixed or worked before, and with `--since` nothing is refused for the first time.'

/** `denytrace regressions` for people. */
export function regressionsText(regressions: readonly RegressionLine[], page: Page): string {
  if (regressions.length === 0) return join([block(page, '', 2, NOTHING)])
  return join(
    regressions.map((regression) => [
      paint(page, 'bold', `${regression.lastSeen}  ${safeLine(regression.action)}`),
      ...block(page, '  ', 4, `on ${regression.resourceFamily}`),
      ...block(page, '  ', 4, `by ${regression.principal}`),
      ...block(page, '  ', 4, `${regression.count} since ${regression.firstSeen}; ${sinceText(regression)}`),
      ...(regression.decision === null ? [] : block(page, '  ', 4, decisionText(regression.decision))),
      ...(regression.change === undefined ? [] : changeLines(regression.change, page)),
    ]),
  )
}

function sinceText({ reason, markedAt, note, lastAllowed }: RegressionLine): string {
  if (reason === 'was-quiet') return 'never refused before'
  if (reason === 'was-allowed') return `allowed until ${lastAllowed ?? ''}`
  return `marked fixed at ${markedAt ?? ''}${note === null ? '' : ` (${note})`}`
}

function decisionText({ layer, denyType, policyArn, statement, blockedBy }: Decision): string {
  if (statement !== null) return `refused by ${statement}`
  if (layer === null)
    return blockedBy.length === 0 ? 'AWS named no layer' : `AWS named no layer; by the snapshot ${blockedBy.join(', ')}`
  return `${denyType ?? 'a'} deny of the ${layer}${policyArn === null ? '' : `, policy ${policyArn}`}`
}

function changeLines(change: Change | null, page: Page): readonly string[] {
  if (change === null) return block(page, '  ', 4, 'the snapshots cannot judge it: the event does not tell enough')
  const { before, after, layer, where, statements } = change
  const place = layer === null ? 'no layer differs' : `${layer}${where === null ? '' : ` at ${where}`}`
  return [
    ...block(page, '  ', 4, `${before} by the snapshot of before, ${after} by that of now: ${place}`),
    ...statements.flatMap(({ how, policy, statement, effect }) =>
      block(page, '    ', 6, `${how}: ${effect} ${statement} of ${policy}`),
    ),
  ]
}
