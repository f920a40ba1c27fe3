import { splitArn } from '#iam/arn.ts'
import { compileGlob, type Glob, globMatches } from '#iam/glob.ts'
import { prefixOf } from './actions.ts'
import { type Check, documentCheck, type Found, NONE, statementCheck } from './check.ts'
import { ofLines } from './condition-operators.ts'
import { hasVariable, type Item, type PolicyView, type StatementView } from './view.ts'
import { jsonOf, shown } from './shown.ts'

/** Checks for what can be left out, and elements that are empty (R-GRAM-11, R-GRAM-12). */
export const REDUNDANCY_CHECKS: readonly Check[] = [
  statementCheck('suggestion', 'Redundant action', 'R-ACT-01', ({ actions }) => redundantActions(actions)),
  statementCheck('suggestion', 'Redundant resource', 'R-RES-01', ({ resources }) => redundantResources(resources)),
  documentCheck('suggestion', 'Redundant statement', 'R-GRAM-04', redundantStatements),
  ofLines('suggestion', 'Redundant condition value num', 'R-COND-16', ({ operator, use, values }) => {
    const ordered = use?.operator.family === 'numeric' && /Less|Greater/i.test(operator)
    return ordered && values.length > 1 ? `under \`${operator}\` one of the values is enough` : undefined
  }),
  statementCheck('suggestion', 'Empty array action', 'R-GRAM-11', ({ raw, actionElement }) =>
    emptyList(raw, actionElement),
  ),
  statementCheck('suggestion', 'Empty array resource', 'R-GRAM-11', ({ raw, resourceElement }) =>
    emptyList(raw, resourceElement),
  ),
  statementCheck('suggestion', 'Empty array principal', 'R-GRAM-11', ({ raw, principalElement }) => {
    const principal = raw[principalElement]
    if (typeof principal !== 'object' || principal === null) return NONE
    return Object.entries(principal).flatMap(([key, listed]): readonly Found[] =>
      Array.isArray(listed) && listed.length === 0 ? [[`/${principalElement}`, `${shown(key)} lists nobody`]] : NONE,
    )
  }),
  statementCheck('suggestion', 'Empty object principal', 'R-GRAM-11', ({ raw, principalElement }) =>
    isEmptyObject(raw[principalElement]) ? [[`/${principalElement}`, 'it names nobody']] : NONE,
  ),
  statementCheck('suggestion', 'Empty object condition', 'R-GRAM-12', ({ raw }) =>
    isEmptyObject(raw['Condition']) ? [['/Condition', 'an empty condition is read as none']] : NONE,
  ),
  ofLines('suggestion', 'Empty array condition', 'R-GRAM-12', ({ key, use, values }) =>
    values.length === 0 && use !== undefined && use.setOperator === undefined && !use.ifExists
      ? `${shown(key)} is compared with no value`
      : undefined,
  ),
  ofLines('suggestion', 'Empty array condition ForAllValues', 'R-GRAM-12', ({ key, use, values }) =>
    values.length === 0 && use?.setOperator === 'ForAllValues' ? `it only holds without ${shown(key)}` : undefined,
  ),
  ofLines('suggestion', 'Empty array condition ForAnyValue', 'R-GRAM-12', ({ key, use, values }) =>
    values.length === 0 && use?.setOperator === 'ForAnyValue' ? `it never holds for ${shown(key)}` : undefined,
  ),
  ofLines('suggestion', 'Empty array condition IfExists', 'R-GRAM-12', ({ key, use, values }) =>
    values.length === 0 && use?.ifExists === true && use.setOperator === undefined
      ? `it only holds without ${shown(key)}`
      : undefined,
  ),
]

/**
 * Elements that another covers. A `?` of the one that covers is not relied on: it would take another's `*` for one
 * character. Only elements of one service are compared, so that long lists stay cheap.
 */
function redundantActions(actions: readonly Item[]): readonly Found[] {
  if (actions.length < 2) return NONE
  const all = actions.some(({ text }) => text === '*')
  const seen = new Set<string>()
  const wide = new Map<string, { readonly text: string; readonly glob: Glob }[]>()
  for (const { text } of actions) {
    const folded = text.toLowerCase()
    const service = prefixOf(folded)
    if (!folded.includes('*') || folded.includes('?') || service === '') continue
    const own = wide.get(service) ?? []
    if (own.length < MOST_COMPARED) own.push({ text: folded, glob: compileGlob(folded) })
    wide.set(service, own)
  }
  const redundant = actions.filter(({ text }) => {
    const folded = text.toLowerCase()
    const again = seen.has(folded)
    seen.add(folded)
    if (again || (all && folded !== '*')) return true
    return wide.get(prefixOf(folded))?.some((one) => one.text !== folded && globMatches(one.glob, folded)) === true
  })
  return foundAmong(redundant)
}

function redundantResources(resources: readonly Item[]): readonly Found[] {
  if (resources.length < 2) return NONE
  const seen = new Set<string>()
  const all = resources.some(({ text }) => text === '*')
  const wide = resources
    .filter(({ text }) => text.includes('*') && !text.includes('?') && !hasVariable(text))
    .slice(0, MOST_COMPARED)
    .flatMap(({ text }) => {
      const parts = splitArn(text)
      return parts === undefined ? [] : [{ text, globs: parts.map(compileGlob) }]
    })
  const redundant = resources.filter(({ text }) => {
    const again = seen.has(text)
    seen.add(text)
    if (again || (all && text !== '*')) return true
    const parts = hasVariable(text) ? undefined : splitArn(text)
    return (
      parts !== undefined &&
      wide.some((one) => one.text !== text && one.globs.every((g, i) => globMatches(g, parts[i] ?? '')))
    )
  })
  return foundAmong(redundant)
}

/** No policy that AWS saves has more; longer ones must not take more than their length in time. */
const MOST_COMPARED = 100

function foundAmong(redundant: readonly Item[]): readonly Found[] {
  const [first] = redundant
  if (first === undefined) return NONE
  const more = redundant.length > 1 ? `, and so are ${redundant.length - 1} more` : ''
  return [[first.pointer, `${shown(first.text)} is covered by another element${more}`]]
}

/** Statements that look alike at first: the texts of all of them but a first one, which is written out once there is a second. */
interface Alike {
  first?: StatementView | undefined
  readonly texts: Set<string>
}

function redundantStatements({ statements }: PolicyView): readonly Found[] {
  const seen = new Map<string, Alike>()
  return statements.flatMap((statement): readonly Found[] => {
    const { actions, resources, lines } = statement
    const look = [actions.length, actions[0]?.text, resources.length, resources[0]?.text, lines.length].join(' ')
    const alike = seen.get(look)
    if (alike === undefined) {
      seen.set(look, { first: statement, texts: new Set() })
      return NONE
    }
    if (alike.first !== undefined) alike.texts.add(withoutSid(alike.first))
    alike.first = undefined
    const text = withoutSid(statement)
    if (alike.texts.has(text)) return [[statement.pointer, 'an earlier statement says the same']]
    alike.texts.add(text)
    return NONE
  })
}

const withoutSid = ({ raw }: StatementView): string => jsonOf({ ...raw, Sid: undefined })

const emptyList = (raw: Readonly<Record<string, unknown>>, element: string): readonly Found[] => {
  const value = raw[element]
  return Array.isArray(value) && value.length === 0
    ? [[`/${element}`, 'the list is empty, so the statement does nothing']]
    : NONE
}

const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
