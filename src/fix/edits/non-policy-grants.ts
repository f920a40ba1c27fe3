import { attribute } from '#engine/evaluation-input.ts'
import type { LayerFinding } from '#engine/layers/finding.ts'
import { isPublicStatement } from '#engine/services/s3-public-access.ts'
import type { AttributeEdit, DocumentEdit } from '../edit.ts'
import { pointerTo, valueAt } from '#iam/json-pointer.ts'
import { principalOf } from '../statement.ts'
import { valueOf, type GrantGoal } from '../grant-goal.ts'
import { locationOf } from './add-statement.ts'
import { policyHolderOf } from './policy-holder.ts'
import { grantRecipe, objectAclRecipe, ownershipRecipe } from '../script/attribute-recipes.ts'

/**
 * A grant of the key, for exactly this principal, operation and encryption context: what the key's owner can give without
 * touching the key policy (R-KMS-06). https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export function grantEdit(goal: GrantGoal): AttributeEdit | undefined {
  const { input, action } = goal
  const key = input.resource.kind === 'arn' ? input.resource.arn : undefined
  const grantee = input.caller.kind === 'root' ? undefined : principalOf(input)?.['AWS']
  if (key === undefined || grantee === undefined) return undefined
  const operation = action.slice('kms:'.length)
  const context = encryptionContext(goal)
  const grant = {
    GranteePrincipal: grantee,
    Operations: [operation],
    ...(context === undefined ? {} : { Constraints: { EncryptionContextSubset: context } }),
  }
  return {
    is: 'attribute',
    kind: 'create-grant',
    resource: key,
    operationsOn: (attributes) =>
      Array.isArray(valueAt(attributes, '/kmsGrants'))
        ? [{ op: 'add', path: '/kmsGrants/-', value: grant }]
        : [{ op: 'add', path: '/kmsGrants', value: [grant] }],
    does: `create a grant of key \`${key.slice(key.lastIndexOf('/') + 1)}\``,
    slug: 'kms-grant',
    grantee,
    ...(context === undefined ? {} : { constraints: context }),
    recipe: () => grantRecipe(key, grantee, operation, context),
  }
}

/** The pairs that the request surely carries; of one object only where the fix is for that object alone. */
function encryptionContext({ input, scope }: GrantGoal): Readonly<Record<string, string>> | undefined {
  if (scope !== 'exact') return undefined
  const prefix = 'kms:encryptioncontext:'
  const pairs = Object.keys(input.request.context ?? {}).flatMap((key) => {
    const value = key.toLowerCase().startsWith(prefix) ? valueOf(input, key) : undefined
    return value === undefined ? [] : [[key.slice(prefix.length), value] as const]
  })
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs)
}

/**
 * The bucket owner owns every object again, its ACLs no longer count: then the bucket policy reaches the object (R-S3-02,
 * R-S3-03). https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export function ownershipEdit(goal: GrantGoal): AttributeEdit | undefined {
  const bucket = policyHolderOf(goal)
  if (bucket === undefined || goal.input.question.action.service !== 's3') return undefined
  const name = bucket.slice(bucket.lastIndexOf(':') + 1)
  return {
    is: 'attribute',
    kind: 'edit-policy',
    resource: bucket,
    operationsOn: (attributes) => [
      {
        op: valueAt(attributes, '/objectOwnership') === undefined ? 'add' : 'replace',
        path: '/objectOwnership',
        value: 'BucketOwnerEnforced',
      },
    ],
    does: `let the owner of bucket \`${name}\` own every object in it`,
    slug: 'object-ownership',
    recipe: (attributes) => ownershipRecipe(name, valueAt(attributes, '/objectOwnership')),
  }
}

/** The permission of an object's ACL that stands for an action (R-S3-04). */
const OF_OBJECT: ReadonlyMap<string, string> = new Map([
  ['s3:getobject', 'READ'],
  ['s3:getobjectversion', 'READ'],
  ['s3:getobjectacl', 'READ_ACP'],
  ['s3:putobjectacl', 'WRITE_ACP'],
])

/**
 * The account that owns the object grants the caller's account what is missing in the object's ACL: where the bucket cannot
 * be given Object Ownership. An ACL names accounts, not roles, so that it reaches everybody there whom their own policies
 * allow it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 */
export function objectAclEdit({ input, scope, action }: GrantGoal): AttributeEdit | undefined {
  const permission = OF_OBJECT.get(action.toLowerCase())
  const object = input.resource.kind === 'arn' ? input.resource.arn : undefined
  const { account } = input.caller
  const [owner, acl] = [attribute(input, 'objectOwner'), attribute(input, 'objectAcl')]
  const list = ['Grants', 'grants'].find((name) => Array.isArray(valueAt(acl, `/${name}`)))
  if (scope !== 'exact' || permission === undefined || object === undefined || account === undefined) return undefined
  if (typeof owner !== 'string' || owner === input.resourceAccount || list === undefined) return undefined
  const [bucket = '', ...key] = object.slice(object.indexOf(':::') + 3).split('/')
  const grant = { Grantee: { Type: 'CanonicalUser', ID: account }, Permission: permission }
  const option = permission.toLowerCase().replace('_', '-')
  return {
    is: 'attribute',
    kind: 'edit-policy',
    resource: object,
    owner,
    operationsOn: () => [{ op: 'add', path: `/objectAcl/${list}/-`, value: grant }],
    does: `let account ${owner}, which owns the object, grant account ${account} ${permission} in its ACL`,
    slug: 'object-acl',
    recipe: () => objectAclRecipe(bucket, key.join('/'), option, account),
  }
}

/**
 * RestrictPublicBuckets refuses because the bucket policy is public. The policy stops being public when its statements
 * name who may come; the switch stays as it is (R-S3-05, R-FIX-06).
 */
export function publicPolicyEdits(finding: LayerFinding, goal: GrantGoal): readonly DocumentEdit[] {
  const { policies } = goal.input
  const policy = policies.resourcePolicy
  const principal = principalOf(goal.input)
  const bucket = policyHolderOf(goal)
  if (policy === null || policy === undefined || principal === undefined || bucket === undefined) return []
  const open = policy.document.statements.filter(isPublicStatement)
  if (open.some(({ principalElement }) => principalElement === 'NotPrincipal')) return []
  return [
    {
      is: 'document',
      kind: 'edit-policy',
      location: locationOf(
        { ...finding, layer: 'resource-policy', kind: policies.resourcePolicyKind ?? 'bucket' },
        policy,
        bucket,
      ),
      operationsOn: () =>
        open.map(({ pointer }) => ({ op: 'replace', path: pointerTo(pointer, 'Principal'), value: principal })),
      does: `name the caller where \`${policy.name}\` lets everyone in, so that RestrictPublicBuckets has no reason to refuse`,
      slug: 'not-public',
    },
  ]
}
