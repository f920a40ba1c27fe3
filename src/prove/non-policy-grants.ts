import { aclActions, isCanonicalId, ownerIn } from '#engine/services/s3-acl.ts'
import { anyCaseField } from '#iam/any-case-field.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import type { SnapshotResource } from '#snapshot/resources.ts'

/**
 * Actions for which something beside the policy of a resource may let in a principal of an account: grants of a key (R-KMS-06),
 * and ACLs of a bucket that name everyone or the account (R-S3-04). Whether it does is for the engine to say.
 */
export function nonPolicyGrants({ attributes = {} }: SnapshotResource, account: string): readonly string[] {
  const { kmsGrants, acl, objectAcl } = attributes
  return [
    ...new Set([
      ...(Array.isArray(kmsGrants) ? kmsGrants.flatMap((grant: unknown) => operationsFor(grant, account)) : []),
      ...(mayNameInAcl(acl, account) ? aclActions('bucket') : []),
      ...(mayNameInAcl(objectAcl, account) ? aclActions('object') : []),
    ]),
  ]
}

function operationsFor(grant: unknown, account: string): readonly string[] {
  const grantee = anyCaseField(grant, 'granteeprincipal')
  const operations = anyCaseField(grant, 'operations')
  if (typeof grantee !== 'string' || !Array.isArray(operations)) return []
  const named = isAccountId(grantee) ? grantee : parseArn(grantee)?.account
  if (named !== account) return []
  return operations
    .filter((operation) => typeof operation === 'string')
    .map((operation) => `kms:${operation.toLowerCase()}`)
}

/** Whose a canonical id is no snapshot says, but for the owner's, which every ACL names. */
function mayNameInAcl(acl: unknown, account: string): boolean {
  const grants = anyCaseField(acl, 'grants')
  return (
    Array.isArray(grants) &&
    grants.some((grant) => {
      const grantee = anyCaseField(grant, 'grantee')
      const id = anyCaseField(grantee, 'id')
      if (typeof anyCaseField(grantee, 'uri') === 'string' || id === account) return true
      return isCanonicalId(id) && id !== ownerIn(acl)
    })
  )
}
