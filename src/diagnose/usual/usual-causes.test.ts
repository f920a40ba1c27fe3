import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readDenials } from '#intake/read.ts'
import { diagnose } from '../diagnose.ts'

const diagnosisOf = (text: string) => {
  const { denials } = readDenials(text)
  const [found] = diagnose({ denials, events: [] }).diagnoses
  assert.ok(found !== undefined)
  return found
}

const S3 = 'An error occurred (AccessDenied) when calling the'

describe('what a refusal without a word usually comes from', () => {
  test('of an S3 object is the policy, a missing object, its key, the bucket policy and its owner, in this order', () => {
    const { usualCauses = [], basis } = diagnosisOf(`${S3} GetObject operation: Access Denied`)
    assert.equal(basis, 'message')
    assert.deepEqual(
      usualCauses.map(({ layer }) => layer),
      ['identity-policy', null, 'resource-policy', 'resource-policy', 'service-guard'],
    )
    assert.match(usualCauses[1]?.what ?? '', /does not exist/)
  })

  test('of a bucket policy that is put begins with Block Public Access', () => {
    const [first] = diagnosisOf(`${S3} PutBucketPolicy operation: Access Denied`).usualCauses ?? []
    assert.equal(first?.layer, 'service-guard')
    assert.match(first.tell, /get-public-access-block/)
  })

  test('of a web identity is the trust policy, whose subject comes first', () => {
    const { usualCauses = [] } = diagnosisOf(
      `${S3} AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity`,
    )
    assert.match(usualCauses[0]?.what ?? '', /subject/)
    assert.ok(usualCauses.every(({ layer }) => layer === 'resource-policy' || layer === null))
  })

  test('of a key begins with its policy', () => {
    const [first] =
      diagnosisOf(
        'An error occurred (AccessDeniedException) when calling the Decrypt operation: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
      ).usualCauses ?? []
    assert.match(first?.tell ?? '', /^aws kms get-key-policy/)
  })

  test('of a call of EC2 is what that call asks for, and not what a launch does', () => {
    const causesOf = (name: string): string => {
      const text = `An error occurred (UnauthorizedOperation) when calling the ${name} operation: You are not authorized to perform this operation.`
      return (diagnosisOf(text).usualCauses ?? []).map(({ what }) => what).join('\n')
    }
    assert.match(causesOf('RunInstances'), /an instance profile is given/)
    assert.match(causesOf('AssociateIamInstanceProfile'), /iam:PassRole/)
    assert.match(causesOf('CreateSubnet'), /tags are given, and the caller may not ec2:CreateTags/)
    for (const name of ['DescribeInstances', 'CreateTags', 'StopInstances'])
      assert.doesNotMatch(causesOf(name), /PassRole|may not ec2:CreateTags|RunInstances/)
  })

  test('is not listed where AWS names a layer that allows nothing', () => {
    const { usualCauses } = diagnosisOf(
      'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::b because no identity-based policy allows the s3:ListBucket action',
    )
    assert.equal(usualCauses, undefined)
  })

  test('is where to look for it, where AWS names a Deny by its ARN', () => {
    const { usualCauses = [] } = diagnosisOf(
      'User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::b with an explicit deny in a service control policy: arn:aws:organizations::999988887777:policy/o-exampleorgid/service_control_policy/p-examplepolicy',
    )
    assert.deepEqual(
      usualCauses.map(({ tell }) => tell),
      ['aws organizations describe-policy --policy-id p-examplepolicy'],
    )
  })

  test('is told by commands that no name from the message leaves', () => {
    const { usualCauses = [] } = diagnosisOf(
      "User: arn:aws:sts::111122223333:assumed-role/x';touch$(id)/s is not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::b with an explicit deny in an identity-based policy",
    )
    for (const { tell } of usualCauses) assert.doesNotMatch(tell, /touch/)
  })
})

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html: the trust policy is not asked (R-PASS-01).
test('of a role that is passed is not its trust policy', () => {
  const { usualCauses = [] } = diagnosisOf('User: hub is not authorized to perform: iam:PassRole on resource: role app')
  assert.deepEqual(
    usualCauses.map(({ layer }) => layer),
    ['identity-policy', 'service-control-policy', 'permissions-boundary'],
  )
})

test('of a caller of whom the text has a name alone are those of any caller', () => {
  const { status, causes } = diagnosisOf(
    'User: hub is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k',
  )
  assert.equal(status, 'undetermined')
  assert.deepEqual(
    causes.filter(({ certainty }) => certainty !== 'possible'),
    [],
  )
})
