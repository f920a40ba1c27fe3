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
      return undefined
  }
}
