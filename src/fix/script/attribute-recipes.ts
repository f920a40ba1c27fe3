import { jmesText } from '#quote/shell.ts'
import { aws, type Value } from './call.ts'
import type { Recipe } from './recipe.ts'

type Context = Readonly<Record<string, string>>

/**
 * A grant under a name of its own: KMS makes no second one of the same name and parameters, so that it can be asked again.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
 */
export function grantRecipe(key: string, grantee: string, operation: string, context: Context | undefined): Recipe {
  const who = grantee.slice(grantee.lastIndexOf('/') + 1)
  const name = `denytrace-${operation}-${who}`.replaceAll(/[^A-Za-z0-9:/_-]/g, '-').slice(0, 256)
  const list = (what: string) =>
    aws('kms list-grants', { '--key-id': key, '--query': `Grants[?Name==${jmesText(name)}].${what} | [0]` })
  const id: Value = { from: list('GrantId') }
  return {
    read: [list('Name')],
    put: [
      aws('kms create-grant', {
        '--key-id': key,
        '--grantee-principal': grantee,
        '--operations': operation,
        '--constraints': context === undefined ? undefined : JSON.stringify({ EncryptionContextSubset: context }),
        '--name': name,
      }),
    ],
    undo: [aws('kms revoke-grant', { '--key-id': key, '--grant-id': id })],
    before: null,
    after: name,
    isValue: true,
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export function ownershipRecipe(bucket: string, owned: unknown): Recipe {
  const of = { '--bucket': bucket }
  const put = (value: string) =>
    aws('s3api put-bucket-ownership-controls', {
      ...of,
      '--ownership-controls': `Rules=[{ObjectOwnership=${value}}]`,
    })
  const isKnown = typeof owned === 'string' && /^[A-Za-z]{1,40}$/.test(owned)
  return {
    read: [
      aws('s3api get-bucket-ownership-controls', {
        ...of,
        '--query': 'OwnershipControls.Rules[0].ObjectOwnership',
      }),
    ],
    none: 'OwnershipControlsNotFoundError',
    put: [put('BucketOwnerEnforced')],
    undo: [isKnown ? put(owned) : aws('s3api delete-bucket-ownership-controls', of)],
    before: owned === null || isKnown ? owned : undefined,
    after: 'BucketOwnerEnforced',
    isValue: true,
  }
}

/** An ACL is put whole and names canonical ids, which no policy tells: a person has to. */
export function objectAclRecipe(bucket: string, key: string, option: string, account: string): Recipe {
  const of = { '--bucket': bucket, '--key': key }
  return {
    read: [aws('s3api get-object-acl', of)],
    put: [aws('s3api put-object-acl', { ...of, [`--grant-${option}`]: 'id=CANONICAL_USER_ID' })],
    before: undefined,
    after: null,
    byHand: 'the ACL is put whole: keep the grants that get-object-acl shows.',
    notes: [
      `the canonical user id of account ${account}: aws s3api list-buckets --query Owner.ID --output text`,
      'put-object-acl writes the whole ACL: keep the grants of get-object-acl',
    ],
  }
}
