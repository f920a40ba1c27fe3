import { isAccountId, parseArn } from '#iam/arn.ts'
import { field, isObject, listField, textField } from '#snapshot/fields.ts'
import { type ImportOptions, isRegion, partitionOf } from '../options.ts'
import { ownField, providerKeyOf, referencesIn } from './configuration.ts'
import type { TerraformFile, TerraformResource } from './plan.ts'

/** Where a resource is. Undefined: nothing says it. */
export interface ResourceLocation {
  readonly account: string | undefined
  readonly region: string | undefined
  readonly partition: string
}

/** Finds account and Region of every resource: its own ARN, its provider, the caller that Terraform ran as, the options. */
export function locationsOf(
  file: TerraformFile,
  options: ImportOptions,
): (resource: TerraformResource) => ResourceLocation {
  const accounts = evidence(file)
  const keyOf = (resource: TerraformResource): string => providerOf(file, resource)
  const unsaid = [...accounts].filter(([key]) => !goesElsewhere(file, key)).flatMap(([, found]) => [...found])
  const usual = options.account ?? only(new Set(unsaid))
  return (resource) => {
    const arn = ownArn(resource)
    const key = keyOf(resource)
    const said = textField(resource.values, 'region')
    const region = arn?.region || (said !== undefined && isRegion(said) ? said : regionOf(file, key)) || options.region
    const own = arn !== undefined && isAccountId(arn.account) ? arn.account : undefined
    const known = own ?? only(accounts.get(key) ?? new Set())
    const account = known ?? (goesElsewhere(file, key) ? undefined : usual)
    return { account, region, partition: arn?.partition ?? partitionOf(region) }
  }
}

const ownArn = (resource: TerraformResource) => {
  const text = textField(resource.values, 'arn')
  return text === undefined ? undefined : parseArn(text)
}

const only = (values: ReadonlySet<string>): string | undefined => {
  const [first] = values
  return values.size === 1 ? first : undefined
}

/** The configuration of a provider: `aws`, `aws.west`, or that of a child module. */
const providerOf = (file: TerraformFile, resource: TerraformResource): string =>
  providerKeyOf(file.configuration, resource) ?? 'aws'

/** The accounts that speak for each provider configuration. Two for one provider settle nothing. */
function evidence(file: TerraformFile): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  const add = (key: string, account: string | undefined): void => {
    if (account === undefined || !isAccountId(account)) return
    found.set(key, (found.get(key) ?? new Set()).add(account))
  }
  for (const key of Object.keys(file.configuration.providers)) add(key, configuredAccount(file, key))
  for (const resource of file.resources) {
    const key = providerOf(file, resource)
    if (resource.isData && resource.type === 'aws_caller_identity') add(key, textField(resource.values, 'account_id'))
    // A data source may look into any account; what is managed stands in the provider's.
    else if (!resource.isData && resource.type.startsWith('aws_')) add(key, ownArn(resource)?.account)
  }
  return found
}

const expressionsOf = (file: TerraformFile, key: string): unknown =>
  field(ownField(file.configuration.providers, key), 'expressions')

/** Whether a provider takes on another identity than the one Terraform runs as. */
function goesElsewhere(file: TerraformFile, key: string): boolean {
  const expressions = expressionsOf(file, key)
  return (
    ['assume_role', 'assume_role_with_web_identity', 'profile', 'access_key', 'shared_credentials_files'].some(
      (name) => ownField(expressions, name) !== undefined,
    ) &&
    (key !== 'aws' || configuredAccount(file, key) !== undefined)
  )
}

/** The account that a provider's `allowed_account_ids` or the ARN of its `assume_role` names. */
function configuredAccount(file: TerraformFile, key: string): string | undefined {
  const expressions = expressionsOf(file, key)
  const allowed = listField(ownField(expressions, 'allowed_account_ids'), 'constant_value')
  const [id] = allowed ?? []
  if (allowed?.length === 1 && typeof id === 'string') return id
  const assumed = ownField(expressions, 'assume_role')
  const [block] = Array.isArray(assumed) ? assumed : [assumed]
  const expression = ownField(block, 'role_arn')
  const text = textField(expression, 'constant_value') ?? variableIn(file, expression)
  if (text === undefined) return undefined
  return isAccountId(text) ? text : parseArn(text)?.account
}

function regionOf(file: TerraformFile, key: string): string | undefined {
  const expression = ownField(expressionsOf(file, key), 'region')
  const text = textField(expression, 'constant_value') ?? variableIn(file, expression)
  return text !== undefined && isRegion(text) ? text : undefined
}

/** The value of the one root variable that an expression refers to. */
function variableIn(file: TerraformFile, expression: unknown): string | undefined {
  const references = isObject(expression) ? referencesIn(expression) : []
  const [name = ''] = references
  if (references.length !== 1 || !name.startsWith('var.')) return undefined
  return textField(ownField(file.variables, name.slice('var.'.length)), 'value')
}
