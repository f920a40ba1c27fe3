import { parseArn } from '#iam/arn.ts'
import { accountIn, addResource, mayHavePolicy, policyOf } from '../draft.ts'
import { joinedPolicies } from '../joined-policies.ts'
import { policyIn } from './documents.ts'
import type { TerraformResource } from './plan.ts'
import { accountOf, linkOf, resourcesOf, saidOf, type Source, tell, textOf } from './source.ts'

const TABLE = 'aws_s3tables_table'
const POLICY = 'aws_s3tables_table_policy'

export const TABLE_TYPES: readonly string[] = [TABLE, POLICY]

/**
 * Tables of S3 Tables. The policy of the table bucket counts for its tables beside their own.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-resource-based-policies.html
 */
export function readTables(source: Source): void {
  const policies = new Map<string, unknown>()
  const open: string[] = []
  const tables = resourcesOf(source, TABLE)
  for (const resource of resourcesOf(source, POLICY)) {
    const table = tableOf(source, resource, tables)
    if (table !== undefined) policies.set(table.address, policyIn(source, resource, 'resource_policy'))
    else if (namesOf(source, resource).every((one) => typeof one === 'string'))
      tell(source, resource, 'its table, whose ARN has an id that AWS makes up, is not in this file')
    else {
      tell(source, resource, 'nothing says which table it belongs to, so it may be any')
      open.push(saidOf(source, resource, `whether ${resource.address} is its policy`))
    }
  }
  for (const table of tables) addTable(source, table, policies, open)
}

/** By reference, or by bucket, namespace and name. */
function tableOf(
  source: Source,
  policy: TerraformResource,
  tables: readonly TerraformResource[],
): TerraformResource | undefined {
  const said = namesOf(source, policy)
  if (said.some((one) => typeof one !== 'string')) return undefined
  return tables.find((table) => namesOf(source, table).every((one, index) => one === said[index]))
}

const namesOf = (source: Source, one: TerraformResource): readonly unknown[] => [
  linkOf(source, one, 'table_bucket_arn', bucketOfTarget(source)),
  textOf(source, one, 'namespace'),
  textOf(source, one, 'name'),
]

/** A policy may refer to the attribute of its table that has the bucket's ARN. */
const bucketOfTarget =
  (source: Source) =>
  (target: TerraformResource): string | undefined => {
    if (target.type === 'aws_s3tables_table_bucket') return target.address
    if (target.type !== TABLE) return undefined
    const bucket = linkOf(source, target, 'table_bucket_arn', (one) => one.address)
    return typeof bucket === 'string' ? bucket : undefined
  }

function addTable(
  source: Source,
  table: TerraformResource,
  policies: ReadonlyMap<string, unknown>,
  open: readonly string[],
): void {
  const arn = textOf(source, table, 'arn')
  const account = accountOf(source, table)
  if (typeof arn !== 'string')
    tell(source, table, `its ARN is not known before apply: give \`--parameters ${table.address}.arn=ARN\``)
  if (typeof arn !== 'string' || account === undefined) return
  const draft = addResource(source.draft, { arn, account, service: 's3tables', kind: 'bucket-table' })
  const own = policies.get(table.address)
  for (const why of own === undefined ? open : []) mayHavePolicy(draft, why)
  // One that exists may have a policy that another file gives it.
  if (own === undefined && table.lifecycle !== 'created') return
  const shared = bucketPolicy(source, arn)
  const documents = [shared, own].filter((one) => one !== undefined && one !== null)
  const further = shared === undefined ? 'the policy of the table bucket' : undefined
  draft.policy = documents.length === 0 && further === undefined ? null : joinedPolicies(documents, further)
}

/** Undefined: not known; `null`: none. */
function bucketPolicy(source: Source, table: string): unknown {
  const account = parseArn(table)?.account ?? ''
  const [bucket = ''] = table.split('/table/', 1)
  const known = source.draft.accounts.has(account) ? accountIn(source.draft, account).resources.get(bucket) : undefined
  return known === undefined ? undefined : policyOf(known)
}
