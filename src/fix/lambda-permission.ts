import { parseArn } from '#iam/arn.ts'
import { hclText } from '#quote/hcl.ts'
import { labelFrom } from './terraform-label.ts'
import { aws } from './script/call.ts'
import type { Recipe } from './script/recipe.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * How the statements that are new to a function's policy are added, one call for each: Lambda takes no whole policy. Undefined
 * where one was changed or goes, or says more than the command can. `isKnown`: nothing is left open of what is there already.
 * https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
export function permissionRecipe(before: unknown, after: unknown, isKnown = true): Recipe | undefined {
  const permissions = permissionsAdded(before, after)
  const [first] = permissions ?? []
  if (permissions === undefined || first === undefined) return undefined
  const at = ({ function_name, qualifier }: Permission) => ({
    '--function-name': function_name,
    '--qualifier': qualifier,
  })
  return {
    read: [aws('lambda get-policy', { ...at(first), '--query': 'Policy', '--region': first.region })],
    none: 'ResourceNotFoundException',
    put: permissions.map(({ region, ...permission }) =>
      aws('lambda add-permission', {
        ...Object.fromEntries(OPTIONS.map(([name, option]) => [option, permission[name]])),
        '--region': region,
      }),
    ),
    undo: permissions.map((permission) =>
      aws('lambda remove-permission', {
        ...at(permission),
        '--statement-id': permission.statement_id,
        '--region': permission.region,
      }),
    ),
    before: isKnown ? before : undefined,
    after: isKnown ? after : null,
    sids: permissions.map(({ statement_id }) => statement_id),
  }
}

/**
 * The permissions that an edit adds, as resources of Terraform's AWS provider; undefined where no permission says it.
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_permission
 */
export function permissionResources(before: unknown, after: unknown): string | undefined {
  const resources = permissionsAdded(before, after)?.map((permission) => {
    const lines = OPTIONS.flatMap(([name]) => {
      const value = permission[name]
      return value === undefined ? [] : [[name, value] as const]
    })
    const width = Math.max(...lines.map(([name]) => name.length))
    const fields = lines.map(([name, value]) => `  ${name.padEnd(width)} = ${hclText(value)}`)
    return `resource "aws_lambda_permission" "${labelFrom(permission.statement_id)}" {\n${fields.join('\n')}\n}`
  })
  return resources?.join('\n\n')
}

/** A permission as Lambda takes it, by the names that Terraform has for its parts. */
interface Permission {
  readonly function_name: string
  readonly qualifier?: string | undefined
  readonly statement_id: string
  readonly action: string
  readonly principal: string
  readonly source_account?: string | undefined
  readonly source_arn?: string | undefined
  readonly region: string
}

const OPTIONS = [
  ['function_name', '--function-name'],
  ['qualifier', '--qualifier'],
  ['statement_id', '--statement-id'],
  ['action', '--action'],
  ['principal', '--principal'],
  ['source_account', '--source-account'],
  ['source_arn', '--source-arn'],
] as const

/** Undefined where one was changed or goes, or says more than a permission can. */
function permissionsAdded(before: unknown, after: unknown): readonly Permission[] | undefined {
  const [old, next] = [before, after].map(statementsOf)
  if (old === undefined || next === undefined) return undefined
  const texts = new Set(old.map((statement) => JSON.stringify(statement)))
  const added = next.filter((statement) => !texts.has(JSON.stringify(statement)))
  if (added.length !== next.length - old.length || added.length === 0) return undefined
  const permissions = added.map(permissionOf)
  return permissions.every((permission) => permission !== undefined) ? permissions : undefined
}

function permissionOf(statement: Json): Permission | undefined {
  const { Sid: sid, Effect: effect, Action: action, Resource: resource, Principal: principal } = statement
  const who = principalOf(principal)
  const sources = sourcesOf(statement['Condition'] ?? {})
  if (effect !== 'Allow' || typeof action !== 'string' || typeof resource !== 'string') return undefined
  if (typeof sid !== 'string' || who === undefined || sources === undefined) return undefined
  const arn = parseArn(resource)
  const [type, name = '', qualifier] = arn?.resource.split(':') ?? []
  if (arn === undefined || type !== 'function' || name.includes('*') || qualifier?.includes('*') === true)
    return undefined
  return {
    function_name: `arn:${arn.partition}:lambda:${arn.region}:${arn.account}:function:${name}`,
    qualifier,
    statement_id: sid,
    action,
    principal: who,
    ...sources,
    region: arn.region,
  }
}

/** Principal of a Lambda permission: a single account, role or service; undefined: it is no such. */
function principalOf(principal: unknown): string | undefined {
  if (typeof principal !== 'object' || principal === null) return undefined
  const [only, ...more] = Object.entries(principal)
  if (only === undefined || more.length > 0 || (only[0] !== 'AWS' && only[0] !== 'Service')) return undefined
  return typeof only[1] === 'string' && only[1] !== '*' ? only[1] : undefined
}

/** Source of a Lambda permission, which Lambda writes as conditions: the source's ARN as ArnLike, its account as StringEquals. */
function sourcesOf(condition: unknown): Pick<Permission, 'source_account' | 'source_arn'> | undefined {
  const found: [string, string][] = []
  for (const [operator, keys] of Object.entries(condition as Json))
    for (const [key, value] of Object.entries(keys as Json)) {
      const name = SOURCES.get(`${operator} ${key.toLowerCase()}`)
      if (name === undefined || typeof value !== 'string') return undefined
      found.push([name, value])
    }
  return Object.fromEntries(found)
}

const SOURCES: ReadonlyMap<string, string> = new Map([
  ['ArnLike aws:sourcearn', 'source_arn'],
  ['ArnEquals aws:sourcearn', 'source_arn'],
  ['StringEquals aws:sourceaccount', 'source_account'],
])

function statementsOf(document: unknown): readonly Json[] | undefined {
  if (document === null || document === undefined) return []
  const listed = (document as Json)['Statement']
  return Array.isArray(listed) ? (listed as readonly Json[]) : undefined
}
