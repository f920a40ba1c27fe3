/**
 * API calls whose name is no action of IAM's and that need several, or one that knows which call it is part of. R-REQ-02,
 * R-MSG-08. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
import type { Request } from '#iam/request.ts'

export interface SpecCall {
  /** Of a transaction or a statement: it uses one or more of them. */
  readonly some: boolean
  readonly requests: readonly Request[]
}

const WRITES = ['dynamodb:ConditionCheckItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem']
const PARTIQL = ['Select', 'Insert', 'Update', 'Delete'].map((verb) => `dynamodb:PartiQL${verb}`)

export function callOf(request: Request): SpecCall | undefined {
  const within = (operation: string): Request => {
    const listed = Object.keys(request.context ?? {}).some((key) => key.toLowerCase() === 'dynamodb:enclosingoperation')
    const context = listed ? request.context : { ...request.context, 'dynamodb:EnclosingOperation': operation }
    return { ...request, ...(context === undefined ? {} : { context }) }
  }
  switch (request.action.toLowerCase()) {
    case 'dynamodb:transactgetitems':
      return { some: false, requests: [{ ...within('TransactGetItems'), action: 'dynamodb:GetItem' }] }
    case 'dynamodb:transactwriteitems':
      return { some: true, requests: WRITES.map((action) => ({ ...within('TransactWriteItems'), action })) }
    case 'dynamodb:executestatement':
    case 'dynamodb:batchexecutestatement':
    case 'dynamodb:executetransaction':
      return { some: true, requests: PARTIQL.map((action) => ({ ...request, action })) }
    case 'kms:reencrypt': {
      const { resource } = request
      const [from, to] =
        Array.isArray(resource) && resource.length === 2 ? (resource as string[]) : [resource, resource]
      return {
        some: false,
        requests: [
          { ...request, action: 'kms:ReEncryptFrom', resource: from ?? null },
          { ...request, action: 'kms:ReEncryptTo', resource: to ?? null },
        ],
      }
    }
    // With its target alone it is judged as what it writes.
    case 's3:copyobject':
    case 's3:uploadpartcopy': {
      const { resource } = request
      if (!Array.isArray(resource) || resource.length !== 2) return undefined
      const [source, target] = resource as string[]
      return {
        some: false,
        requests: [
          { ...request, action: 's3:GetObject', resource: source ?? null },
          { ...request, action: 's3:PutObject', resource: target ?? null },
        ],
      }
    }
    default:
      return inCatalog(request)
  }
}

/** "permissions to call this action on the resource (table or database) and all ancestors of the resource in the Data Catalog" */
const OF_CATALOG =
  /^glue:(batch)?(get|create|update|delete|rename)(catalogs?|databases?|tables?|tableversions?|partitions?|partitionindex(es)?|userdefinedfunctions?|connections?)$/

/**
 * R-OTH-08: "For example, for a table, its ancestors are the database to which it belongs, and the catalog for the account. For a
 * database, its ancestor is the catalog for the account."
 * https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html, and of versions, functions and connections
 * https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
 */
function inCatalog(request: Request): SpecCall | undefined {
  if (request.resource === null || !OF_CATALOG.test(request.action.toLowerCase())) return undefined
  const named = [request.resource].flat()
  const resource = [...new Set([...named, ...named.flatMap(ancestorsOf)])]
  return resource.length === named.length ? undefined : { some: false, requests: [{ ...request, resource }] }
}

/** The innermost first. */
export function ancestorsOf(arn: string): readonly string[] {
  const [, root = '', name = ''] = /^(arn:[^:]*:glue:[^:]*:[^:]*:)(.*)$/.exec(arn) ?? []
  const [kind, database, table, ...more] = name.split('/')
  const [ofCatalog, ofDatabase] = [`${root}catalog`, `${root}database/${database}`]
  const steps = [database, table, ...more].filter((step) => step !== undefined).length
  if ((kind === 'database' || kind === 'connection') && steps === 1) return [ofCatalog]
  if ((kind === 'table' || kind === 'userDefinedFunction') && steps === 2) return [ofDatabase, ofCatalog]
  if (kind === 'tableVersion' && steps === 3) return [`${root}table/${database}/${table}`, ofDatabase, ofCatalog]
  return []
}
