import { besideDenial } from '#app/beside/beside-denial.ts'
import type { Beside, Named } from '#app/beside/beside.ts'
import { checkCaller } from '#app/scenarios.ts'
import { isAccountId } from '#iam/arn.ts'
import type { ContextValue } from '#iam/request.ts'
import { UserError } from '../errors.ts'
import { checkActionForm, checkArn } from './asked-action.ts'
import type { Io, Values } from './command.ts'
import { contextOf } from './context-option.ts'
import type { FACTS, POLICIES_AT_HAND } from './at-hand.ts'

type FactValues = Pick<Values<typeof FACTS>, 'principal' | 'action' | 'resource' | 'resource-account' | 'context'> & {
  readonly region?: string | undefined
}

/** Facts of the refused request that the options give. */
export function factsOf(values: FactValues) {
  const { principal, action, resource, region } = values
  const account = values['resource-account']
  if (account !== undefined) checkAccount(account)
  if (action !== undefined) checkActionForm(action)
  if (principal !== undefined) checkCaller(principal)
  if (resource !== undefined && resource !== '*') checkArn(resource)
  const context = contextOf(values.context)
  return {
    ...(principal === undefined ? {} : { principal }),
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource }),
    ...(account === undefined ? {} : { resourceAccount: account }),
    ...(region === undefined ? {} : { region }),
    ...(context === undefined ? {} : { context: context as Record<string, Plain> }),
  }
}

/** What an option can say of a key: it has no way to write what is not known. */
type Plain = Exclude<ContextValue, { readonly state: string } | readonly unknown[]> | readonly string[]

export function checkAccount(account: string): void {
  if (isAccountId(account)) return
  throw new UserError(
    'usage/not-a-value',
    `\`--resource-account\` cannot be \`${account}\``,
    'an account id has twelve digits, leading zeros included',
  )
}

type PolicyValues = Values<typeof POLICIES_AT_HAND>

/** The policies that options name, and what they say that there is not. */
export const namedOf = (values: PolicyValues): Named => ({
  policies: (
    ['identity-policy', 'resource-policy', 'trust-policy', 'boundary', 'scp', 'rcp', 'endpoint-policy'] as const
  ).flatMap((as) => filesOf(values[as]).map((file) => ({ as, file }))),
  noEndpoint: values['no-endpoint'],
  noOrganization: values['no-organization'],
})

const filesOf = (value: readonly string[] | string | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value

/** The operands and the files that options name, sorted by what they hold; `isPasted`: standard input is the text of the denial. */
export const besideOf = (files: readonly string[], values: PolicyValues, io: Io, isPasted = false): Promise<Beside> =>
  besideDenial(files, namedOf(values), io.stdin, isPasted && !io.stdinIsTerminal)
