import type { Request } from '#iam/request.ts'
import type { Comparison } from '#prove/comparison.ts'
import type { AccessSet } from '#space/access-set.ts'
import { block, type Page, paint } from './page.ts'

/** The text of a comparison: what is newly allowed and what no longer is, each with a request that shows it. */
export function comparisonText(comparison: Comparison, page: Page): string {
  const { newAccess, lostAccess, newlyAllowed, newlyDenied, witness, lostWitness, reason } = comparison
  const lines = [
    ...direction('New access', newAccess, newlyAllowed, witness, 'red', page),
    ...direction('Lost access', lostAccess, newlyDenied, lostWitness, 'yellow', page),
    ...(reason === undefined ? [] : block(page, 'why', HEAD, reason)),
  ]
  return `${lines.join('\n')}\n`
}

const HEAD = 13

function direction(
  name: string,
  access: Comparison['newAccess'],
  sets: readonly AccessSet[],
  witness: Request | null,
  colour: 'red' | 'yellow',
  page: Page,
): string[] {
  const word =
    access === 'none' ? paint(page, 'green', access) : paint(page, access === 'some' ? colour : 'yellow', access)
  return [
    `${name.padEnd(HEAD)}${word}`,
    ...sets.slice(0, MAX_SETS).flatMap((set) => setLines(set, '  ', page)),
    ...(sets.length > MAX_SETS ? [`  and ${sets.length - MAX_SETS} more: see --format json`] : []),
    ...(witness === null ? [] : witnessLines(witness, page)),
  ]
}

const MAX_SETS = 12

function setLines(
  { principals, actions, resources, conditions, except = [] }: AccessSet,
  indent: string,
  page: Page,
): string[] {
  const on = resources.length === 1 && resources[0] === '*' ? '' : ` on ${resources.join(', ')}`
  const by = principals.length === 1 && principals[0] === '*' ? '' : ` by ${principals.join(', ')}`
  const when = conditions.map((condition) => JSON.stringify(condition)).join(' and ')
  return [
    ...block(page, indent, indent.length + 2, `${actions.join(', ')}${on}${by}${when === '' ? '' : ` if ${when}`}`),
    ...except.flatMap((set) => setLines(set, `${indent}  except `.slice(0, 40), page)),
  ]
}

function witnessLines(request: Request, page: Page): string[] {
  const context = Object.entries(request.context ?? {}).filter(([, value]) => value !== null)
  const tags = Object.entries(request.principalTags ?? {}).map(
    ([key, value]) => [`aws:PrincipalTag/${key}`, value] as const,
  )
  const when = [...context, ...tags].map(([key, value]) => `${key} = ${JSON.stringify(value)}`).join(', ')
  const text = `${request.action} on ${String(request.resource)} by ${request.principal}${when === '' ? '' : ` with ${when}`}`
  return block(page, '  for example', HEAD + 2, text)
}
