import { carries } from '#iam/facts/keys-of-actions.ts'
import { prefixOf } from './actions.ts'
import { type Check, type Found, NONE, statementCheck, when } from './check.ts'
import { hasWildcard, type Line, type StatementView } from './view.ts'
import { shown, shownList } from './shown.ts'

/** `aws:ResourceTag` on actions whose requests never carry it: the condition is false there, whatever the tags (R-COND-06). */
export const TAG_CHECKS: readonly Check[] = [
  statementCheck('security', 'Deny with unsupported tag condition key for service', 'R-COND-06', (statement) =>
    statement.denies ? unsupported(statement, 'are not denied here') : NONE,
  ),
  statementCheck('suggestion', 'Allow with unsupported tag condition key for service', 'R-COND-06', (statement) =>
    statement.allows ? unsupported(statement, 'are not allowed here') : NONE,
  ),
  statementCheck(
    'security',
    'Deny NotAction with unsupported tag condition key for service',
    'R-COND-06',
    (statement) => (statement.denies ? overAllActions(statement, 'not denied') : NONE),
  ),
  statementCheck(
    'suggestion',
    'Allow NotAction with unsupported tag condition key for service',
    'R-COND-06',
    (statement) => (statement.allows ? overAllActions(statement, 'not allowed') : NONE),
  ),
]

const TEMPLATE = 'aws:resourcetag/${tagkey}'

/** Lines that are false without the tag. */
const tagLines = ({ lines }: StatementView): readonly Line[] =>
  lines.filter(
    ({ folded, use }) =>
      folded.startsWith('aws:resourcetag/') &&
      use !== undefined &&
      use.operator.family !== 'null' &&
      !use.operator.negated &&
      !use.ifExists &&
      use.setOperator !== 'ForAllValues',
  )

function unsupported(statement: StatementView, effect: string): readonly Found[] {
  const [line] = statement.actionElement === 'Action' ? tagLines(statement) : []
  if (line === undefined) return NONE
  const without = statement.actions.filter(({ text }) => !hasWildcard(text) && carries(text, TEMPLATE) === false)
  const services = [...new Set(without.map(({ text }) => prefixOf(text).toLowerCase()))]
  const names = without.map(({ text }) => text)
  return when(
    without.length > 0,
    line.pointer,
    `${shownList(names)} never carry ${shown(line.key)} and ${effect} (${services.length === 1 ? 'service' : 'services'} ${shownList(services)})`,
  )
}

function overAllActions(statement: StatementView, effect: string): readonly Found[] {
  const [line] = statement.actionElement === 'NotAction' ? tagLines(statement) : []
  return line === undefined ? NONE : [[line.pointer, `actions that never carry ${shown(line.key)} are ${effect} here`]]
}
