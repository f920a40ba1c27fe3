/** Plans for tests, as `terraform show -json` prints them: what is known after apply stands in `after_unknown`. */
import { evaluateRequest } from '#app/evaluate.ts'
import { type Imported, isImported } from '#import/imported.ts'
import type { ImportOptions } from '#import/options.ts'
import { importTerraform } from '#import/terraform/terraform.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'

export const ACCOUNT = '111122223333'
export const OPTIONS: ImportOptions = { account: ACCOUNT, region: 'us-east-1', noOrganization: true }

export const roleArn = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`

type Statement = Readonly<Record<string, unknown>>

export const allow = (action: string, more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Action: action,
  Resource: '*',
  ...more,
})
export const deny = (action: string, more: Statement = {}): Statement => ({ ...allow(action, more), Effect: 'Deny' })
export const policy = (...statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })
export const trust = policy({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' })

/** An attribute of a block: its value, or what an expression that is known after apply refers to. */
type Attribute = { readonly references: readonly string[] } | { readonly late: true } | unknown

/** Known after apply, by these references as Terraform lists them. */
export const refers = (...references: readonly string[]): Attribute => ({ references })
/** Known after apply, as AWS makes it. */
export const LATE: Attribute = { late: true }

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
const isLate = (value: unknown): boolean =>
  fieldOf(value, 'late') === true || fieldOf(value, 'references') !== undefined

/** A change of a plan, and the block it comes from: `aws_iam_role.a["x"]`, `module.m.aws_iam_role.a`, `data.x.y`. */
export interface Block {
  readonly change: Statement
  readonly entry: Statement
  readonly module: string
}

export function block(address: string, attributes: Readonly<Record<string, Attribute>>): Block {
  const [, module = '', data, type = '', name = '', key] =
    /^(?:(module\.[^.]+)\.)?(data\.)?(\w+)\.(\w+)(?:\[(.+)\])?$/.exec(address) ?? []
  const mode = data === undefined ? 'managed' : 'data'
  const all = Object.entries(attributes)
  const change = {
    address,
    ...(module === '' ? {} : { module_address: module }),
    mode,
    type,
    name,
    ...(key === undefined ? {} : { index: JSON.parse(key) as unknown }),
    change: {
      actions: [mode === 'data' ? 'read' : 'create'],
      before: null,
      after: Object.fromEntries(all.filter(([, value]) => !isLate(value))),
      after_unknown: Object.fromEntries(all.filter(([, value]) => isLate(value)).map(([one]) => [one, true])),
    },
  }
  const expressions = Object.fromEntries(
    all
      .filter(([, value]) => fieldOf(value, 'late') === undefined)
      .map(([one, value]) => [one, isLate(value) ? value : {}]),
  )
  return { change, entry: { mode, type, name, provider_config_key: 'aws', expressions }, module }
}

/** A new role with its policies of one statement each. */
export const role = (name: string, address = `aws_iam_role.${name}`): Block =>
  block(address, {
    name,
    path: '/',
    assume_role_policy: trust,
    arn: LATE,
    id: LATE,
    inline_policy: LATE,
    managed_policy_arns: LATE,
  })
export const inline = (of: string, document: unknown, name = 'p'): Block =>
  block(`aws_iam_role_policy.${name}`, { name, role: of, policy: document })
export const bucket = (name: string, address = `aws_s3_bucket.${name.replaceAll('-', '_')}`): Block =>
  block(address, { bucket: name, id: LATE, arn: LATE, policy: LATE })

/** `calls`: by name of a module, what its call gives it. `top`: further fields of the plan. */
export function plan(
  blocks: readonly Block[],
  calls: Readonly<Record<string, Readonly<Record<string, Attribute>>>> = {},
  top: Statement = {},
): unknown {
  const entries = (module: string) =>
    blocks.filter((one) => one.module.replace(/\[.*/, '') === module).map(({ entry }) => entry)
  const module_calls = Object.fromEntries(
    Object.entries(calls).map(([name, expressions]) => [
      name,
      {
        expressions,
        ...(blocks.some(({ module }) => module.startsWith(`module.${name}[`)) ? { for_each_expression: {} } : {}),
        module: { resources: entries(`module.${name}`) },
      },
    ]),
  )
  return {
    format_version: '1.2',
    resource_changes: blocks.map(({ change }) => change),
    configuration: { root_module: { resources: entries(''), module_calls } },
    ...top,
  }
}

export function imported(value: unknown, options: ImportOptions = {}): Imported {
  const result = importTerraform(value, { ...OPTIONS, ...options })
  if (!isImported(result)) throw new Error(result.problem)
  return result
}

/** What a request comes to that says all of itself. */
export function decide({ files }: Imported, principal: string, action: string, resource: string): string {
  const context = { 'aws:SourceVpce': null }
  const request = { principal, action, resource, contextComplete: true, context }
  return evaluateRequest(readSnapshot(files), request, { sessionPolicies: null }).decision.decision
}
