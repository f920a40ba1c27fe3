import type { PrincipalAccess, WhoCan } from '#prove/who-can.ts'
import { block, type Page, paint } from './page.ts'
import type { AccessSet } from '#space/access-set.ts'
import { exceptTexts, whenText } from '#answer/access-words.ts'
import { join } from './text-decision.ts'

/** The principals, those with the same conditions together. */
export function whoCanText(
  question: { readonly action: string; readonly resource: string },
  { principals, examined, notExamined }: WhoCan,
  page: Page,
): string {
  const allowed = principals.filter(({ decision }) => decision === 'allowed').length
  const head = block(page, 'Who can', 9, `${question.action}  ${question.resource}`)
  return join([
    [...head, ...block(page, '', 9, `${counted(allowed)} of ${examined} looked at`)],
    ...groupsOf(principals, question.resource).map(([title, members]) => groupLines(title, members, page)),
    notExaminedLines(notExamined, page),
  ])
}

const counted = (count: number): string =>
  count === 0 ? 'nobody' : count === 1 ? '1 principal' : `${count} principals`

/** By what is said of them, in order of first mention within each decision. */
function groupsOf(
  principals: readonly PrincipalAccess[],
  resource: string,
): readonly (readonly [string, readonly PrincipalAccess[]])[] {
  const groups = new Map<string, PrincipalAccess[]>()
  const titles = titlesOf(resource)
  for (const decision of ['allowed', 'undetermined', 'denied'] as const)
    for (const access of principals) {
      if (access.decision !== decision) continue
      const title = titles(access)
      const members = groups.get(title) ?? []
      groups.set(title, members)
      members.push(access)
    }
  return [...groups]
}

/** Principals with one answer share its condition blocks: what is said of them is put into words once. */
function titlesOf(resource: string): (access: PrincipalAccess) => string {
  const numbers = new Map<unknown, number>()
  const numberOf = (block: unknown): number => {
    const number = numbers.get(block) ?? numbers.size
    numbers.set(block, number)
    return number
  }
  const known = new Map<string, string>()
  return (access) => {
    if (access.decision !== 'allowed' || access.perhaps !== undefined || !access.access.every(isOnWhole))
      return titleOf(access, resource)
    const key = access.access
      .map(({ conditions, except = [] }) =>
        [conditions, ...except.map((cut) => cut.conditions)].map(numberOf).join('-'),
      )
      .join()
    const title = known.get(key) ?? titleOf(access, resource)
    known.set(key, title)
    return title
  }

  function isOnWhole({ resources, except = [] }: AccessSet): boolean {
    return resources.length === 1 && resources[0] === resource && except.every((cut) => cut.resources === resources)
  }
}

function titleOf({ decision, access, perhaps = [], missing = [] }: PrincipalAccess, resource: string): string {
  if (decision === 'denied') return 'Denied'
  const when = waysText(access, resource)
  const facts = [...new Set(missing.map(({ fact }) => fact))].join(', ')
  const unknown = facts === '' ? '' : `; not known: ${facts}`
  if (decision === 'undetermined') return `Undetermined${when === '' ? '' : `, at best${when}`}${unknown}`
  const more = perhaps.length === 0 ? '' : `; perhaps also${waysText(perhaps, resource) || ' otherwise'}`
  return `Allowed${when}${more}${unknown}`
}

/** Empty: in every context. */
function waysText(sets: readonly AccessSet[], resource: string): string {
  const ways = sets.map((set) => wayText(set, resource))
  return ways.includes('') ? '' : ` ${ways.join(';  or ')}`
}

/** Of many resources: on which, too. */
function wayText(set: AccessSet, resource: string): string {
  const on = set.resources.join() === resource ? [] : [`on ${set.resources.join(', ')}`]
  return [...on, whenText(set), ...exceptTexts(set)].filter((text) => text !== '').join(' ')
}

function groupLines(title: string, members: readonly PrincipalAccess[], page: Page): readonly string[] {
  const [word = ''] = title.split(' ', 1)
  const color = word.startsWith('Allowed') ? 'green' : word.startsWith('Denied') ? 'red' : 'yellow'
  const [line = '', ...rest] = block(page, '', 2, title)
  return [
    paint(page, color, word) + line.slice(word.length),
    ...rest,
    ...members.flatMap(({ principal }) => block(page, '  ', 4, principal)),
  ]
}

function notExaminedLines(accounts: WhoCan['notExamined'], page: Page): readonly string[] {
  return accounts.length === 0
    ? []
    : ['Not looked at', ...accounts.flatMap(({ account, why }) => block(page, '  ', 4, `${nameOf(account)}: ${why}`))]
}

const nameOf = (account: string): string => (account === '*' ? 'any other account' : `account ${account}`)
