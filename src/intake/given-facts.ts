import { canonicalAction } from '#iam/facts/actions.ts'
import { emptyDenial } from './build-denial.ts'
import { withSource } from './fact-sources.ts'
import type { Denial } from './denial.ts'
import { principalFields } from './principal-fields.ts'
import { accountOfResource, regionOfResource } from './region.ts'
import { eventSourceOfAction } from './wrapper/service-names.ts'

/** Facts that a person gives of the refused request, beside or instead of a text. */
export interface GivenFacts {
  readonly principal?: string
  readonly action?: string
  readonly resource?: string
  readonly resourceAccount?: string
  /** Counts where the text names none: the Region to call is not always that of the call. */
  readonly region?: string
  /** By condition key; null: the request had none. */
  readonly context?: Denial['context']
}

/** A denial with what was said of it. */
export interface GivenDenials {
  readonly denials: readonly Denial[]
  /** Where a text says otherwise, in sentences: what was said counts. */
  readonly conflicts: readonly string[]
}

/**
 * The denials with the facts that a person gave, which stand before what the text says. Where no text tells of a refusal
 * and an action is given, the facts are the denial.
 */
export function withGivenFacts(denials: readonly Denial[], facts: GivenFacts): GivenDenials {
  if (Object.values(facts).every((value) => value === undefined)) return { denials, conflicts: [] }
  const conflicts = new Set<string>()
  const isRefusal = ({ kind }: Denial): boolean => kind === 'aws-access-denied'
  const found = denials.some(isRefusal)
    ? denials.map((denial) =>
        isRefusal(denial) ? withSource(denial, withFacts(denial, facts, conflicts), OPTION) : denial,
      )
    : facts.action === undefined
      ? denials
      : [withSource(undefined, withFacts(ofOptions(), facts, conflicts), OPTION)]
  return { denials: found, conflicts: [...conflicts] }
}

const READER = 'options'
const OPTION = { from: 'option' } as const

const ofOptions = (): Denial => ({ ...emptyDenial(READER, null), kind: 'aws-access-denied' })

function withFacts(denial: Denial, facts: GivenFacts, conflicts: Set<string>): Denial {
  const { principal, resource, resourceAccount, region, context } = facts
  const action = facts.action === undefined ? undefined : (canonicalAction(facts.action) ?? facts.action)
  tell('principal', denial.principal, principal, conflicts)
  tell('action', denial.action, action, conflicts)
  tell('resource', denial.resource, resource, conflicts)
  tell('resource-account', denial.resourceAccount, resourceAccount, conflicts)
  for (const [key, value] of Object.entries(context ?? {})) tellContext(denial, key, value, conflicts)
  return {
    ...denial,
    ...(principal === undefined ? {} : callerOf(principal)),
    ...(action === undefined
      ? {}
      : { action, candidates: [], eventSource: denial.eventSource ?? eventSourceOfAction(action) }),
    ...(resource === undefined ? {} : { resource, resourceAccount: accountOfResource(resource), candidates: [] }),
    ...(resourceAccount === undefined ? {} : { resourceAccount }),
    ...regionOf(denial, region, resource),
    context: contextOf(denial.context, context),
    evidence: {
      ...denial.evidence,
      ...(action === undefined ? {} : { actionFrom: 'stated' as const }),
      ...(resource === undefined ? {} : { resourceFrom: 'stated' as const }),
    },
  }
}

function callerOf(
  principal: string,
): Pick<Denial, 'principal' | 'principalType' | 'roleArn' | 'accountId' | 'sessionName'> {
  const { principalType, accountId, sessionName, roleArn } = principalFields(principal)
  return { principal, principalType, accountId, sessionName, roleArn }
}

const regionOf = (
  denial: Denial,
  region: string | undefined,
  resource: string | undefined,
): Pick<Denial, 'region'> => ({
  region: regionOfResource(resource ?? null) ?? denial.region ?? region ?? null,
})

/** Condition keys are compared without case. */
function contextOf(before: Denial['context'], given: Denial['context'] = {}): Denial['context'] {
  const said = new Set(Object.keys(given).map((key) => key.toLowerCase()))
  return { ...Object.fromEntries(Object.entries(before).filter(([key]) => !said.has(key.toLowerCase()))), ...given }
}

function tell(option: string, said: string | null, given: string | undefined, conflicts: Set<string>): void {
  if (given === undefined || said === null || said === given) return
  if (option === 'principal' && isSameCaller(said, given)) return
  conflicts.add(`the evidence says \`${said}\`, and \`--${option}\` says \`${given}\`: the option counts`)
}

/** A role stands for any of its sessions. */
function isSameCaller(said: string, given: string): boolean {
  const roleName = (arn: string): string | undefined => principalFields(arn).roleArn?.split('/').at(-1)
  return given.includes(':role/') && roleName(said) !== undefined && roleName(said) === given.split('/').at(-1)
}

function tellContext(denial: Denial, key: string, value: unknown, conflicts: Set<string>): void {
  const known = Object.entries(denial.context).find(([name]) => name.toLowerCase() === key.toLowerCase())
  if (known === undefined || JSON.stringify(known[1]) === JSON.stringify(value)) return
  conflicts.add(
    `the evidence says ${JSON.stringify(known[1])} of \`${key}\`, and \`--context\` says ${JSON.stringify(value)}: the option counts`,
  )
}
