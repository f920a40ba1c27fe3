import type { Scenario } from '#engine/scenario.ts'
import { readCaller } from '#iam/caller.ts'
import { oneEditApart } from '#iam/nearest-name.ts'
import type { Denial } from '#intake/denial.ts'
import type { Identity } from './diagnosis.ts'
import { statementsIn } from './trusted-accounts.ts'

/** Who owns the repository, group or workspace that a token of a provider was made for. */
interface TokenOwner {
  readonly of: string
  readonly name: string
}

/** Returns how a web identity relates to the owners that the trust policy names (R-ADV-08); undefined: it is another caller. */
export function tokenRelation(
  denial: Denial,
  scenario: Scenario | undefined,
): Pick<Identity, 'relation' | 'warning'> | undefined {
  const isWebIdentity =
    /^sts:AssumeRoleWithWebIdentity$/i.test(scenario?.request.action ?? denial.action ?? '') ||
    (scenario !== undefined && readCaller(scenario.request).kind === 'identity-provider')
  if (!isWebIdentity) return undefined
  const [owner] = ownersIn({ ...denial.context, ...scenario?.request.context })
  const trusted = trustedOwners(scenario?.policies?.resourcePolicy?.document)
  if (owner === undefined || trusted.length === 0) return { relation: 'unknown' }
  const same = trusted.filter(({ of }) => of === owner.of)
  if (same.length === 0 || same.some(({ name }) => /[*?$]/.test(name))) return { relation: 'unknown' }
  if (same.some(({ name }) => isSameName(name, owner.name))) return { relation: 'named-in-policy' }
  return {
    relation: 'outside',
    warning: warningOf(
      owner,
      same.map(({ name }) => name),
    ),
  }
}

const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

function warningOf({ of, name }: TokenOwner, trusted: readonly string[]): string {
  const near = trusted.find((other) => oneEditApart(other.toLowerCase(), name.toLowerCase()))
  const names = [...new Set(trusted)].slice(0, 3).join(', ')
  return near === undefined
    ? `The token is of ${of} ${name}, and the trust policy trusts ${names} only. ${DONT}`
    : `The token is of ${of} ${name}, not ${near}: the names differ by one character. ${DONT}`
}

const DONT = "If you don't know it, this denial is your policy doing its job. Don't fix it."

/** The owners that claims name, by key: `token.actions.githubusercontent.com:sub`. */
function ownersIn(claims: Readonly<Record<string, unknown>>): readonly TokenOwner[] {
  return Object.entries(claims).flatMap(([key, value]) =>
    [value].flat().flatMap((text) => (typeof text === 'string' ? (ownerIn(key, text) ?? []) : [])),
  )
}

/** Forms of subjects, and further claims that name an owner. */
const SUBJECTS: readonly (readonly [of: string, form: RegExp])[] = [
  ['GitHub owner', /^repo:([^/@:]{1,100})(?:@\d{1,20})?(?=\/|$)/],
  ['GitLab group', /^project_path:([^/:]{1,255})(?=\/|$)/],
  ['Terraform organization', /^organization:([^:]{1,100})(?=:|$)/],
  ['CircleCI organization', /^org\/([0-9a-f-]{36})(?=\/)/],
  ['Bitbucket repository', /^(\{[0-9a-f-]{36}\})(?=:)/],
]
const CLAIMS: ReadonlyMap<string, string> = new Map([
  ['repository', 'GitHub owner'],
  ['repository_owner', 'GitHub owner'],
  ['namespace_path', 'GitLab group'],
  ['project_path', 'GitLab group'],
  ['terraform_organization_name', 'Terraform organization'],
])

function ownerIn(key: string, text: string): TokenOwner | undefined {
  const claim = key.slice(key.lastIndexOf(':') + 1).toLowerCase()
  if (claim === 'sub')
    for (const [of, form] of SUBJECTS) {
      const name = form.exec(text)?.[1]
      if (name !== undefined) return { of, name }
    }
  const of = CLAIMS.get(claim)
  const [name = ''] = text.split('/')
  return of === undefined || name === '' ? undefined : { of, name }
}

/** The owners that the Allow statements of a trust policy name. */
const trustedOwners = (document: unknown): readonly TokenOwner[] =>
  statementsIn([document]).flatMap(({ Effect, Condition }) =>
    Effect === 'Allow' && typeof Condition === 'object' && Condition !== null
      ? Object.entries(Condition).flatMap(([operator, keys]) =>
          typeof keys === 'object' && keys !== null && !/Not/.test(operator) ? ownersIn({ ...keys }) : [],
        )
      : [],
  )
