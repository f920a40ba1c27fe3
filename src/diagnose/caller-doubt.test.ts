import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { furtherPolicies } from '#engine/further-policies.ts'
import type { Policy } from '#engine/scenario.ts'
import { readDenials } from '#intake/read.ts'
import { callerDoubt } from './caller-doubt.ts'

const doubtOf = (text: string) => {
  const [denial] = readDenials(text).denials
  assert.ok(denial !== undefined)
  return callerDoubt(denial)
}

const refusal = (principal: string, action: string, resource: string): string =>
  `User: ${principal} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`

describe('whether the caller is the one that was meant', () => {
  test('is doubted where the session of a node role is named after an instance', () => {
    const doubt = doubtOf(
      refusal(
        'arn:aws:sts::111122223333:assumed-role/eks-node-role/i-0abc1234def567890',
        'secretsmanager:GetSecretValue',
        'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf',
      ),
    )
    assert.equal(doubt?.kind, 'node-role')
    assert.match(doubt.text, /not a role of the pod/)
  })

  test('is not doubted when the role that the command names is the one that could not be assumed', () => {
    const role = 'arn:aws:iam::111122223333:role/deploy'
    const command = `$ aws sts assume-role --role-arn ${role} --role-session-name s\n`
    assert.equal(
      doubtOf(`${command}${refusal('arn:aws:iam::111122223333:role/ci', 'sts:AssumeRole', role)}`),
      undefined,
    )
  })

  test('is not doubted for a node that pulls an image, which it does for all pods', () => {
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_EKS.html
    const node = 'arn:aws:sts::444455556666:assumed-role/KarpenterNodeRole/i-0abc1234def567890'
    const pull = refusal(node, 'ecr:BatchGetImage', 'arn:aws:ecr:eu-west-1:111122223333:repository/nginx')
    assert.equal(doubtOf(`Failed to pull image "nginx": 403 Forbidden\n${pull}`), undefined)
  })

  test('is not doubted for an instance that calls as itself', () => {
    const principal = 'arn:aws:sts::111122223333:assumed-role/web-server/i-0abc1234def567890'
    assert.equal(doubtOf(refusal(principal, 's3:GetObject', 'arn:aws:s3:::assets/a.png')), undefined)
  })

  test('is told for guests of Cognito, on whom AWS puts a session policy (G-103)', () => {
    const guest = (role: string, why: string) =>
      doubtOf(
        `User: arn:aws:sts::111122223333:assumed-role/${role}/CognitoIdentityCredentials is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:eu-west-1:111122223333:parameter/p${why}`,
      )?.kind
    const because = (layer: string) => ` because no ${layer} policy allows the ssm:GetParameter action`
    assert.equal(guest('Cognito_pool_Role', because('session')), 'session-of-cognito')
    assert.equal(guest('Cognito_poolUnauth_Role', ''), 'session-of-cognito')
    assert.equal(guest('Cognito_poolUnauth_Role', because('identity-based')), undefined)
    assert.equal(guest('Cognito_poolAuth_Role', ''), undefined)
  })

  test('is doubted for CloudFormation, which calls with the role that a stack was given once', () => {
    const doubt = doubtOf(
      refusal(
        'arn:aws:sts::111122223333:assumed-role/cdk-toolkit/AWSCloudFormation',
        'iam:GetRole',
        'arn:aws:iam::111122223333:role/cdk-hnb659fds-lookup-role',
      ),
    )
    assert.equal(doubt?.kind, 'service-role')
    assert.match(doubt.tell, /describe-stacks/)
  })

  test('is doubted where a tool went on without the role that is made for such calls', () => {
    const role = 'arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-west-1'
    const said = refusal('arn:aws:iam::111122223333:user/ana', 'cloudformation:CreateChangeSet', '*')
    const doubt = doubtOf(
      `current credentials could not be used to assume '${role}', but are for the right account.\n${said}`,
    )
    assert.deepEqual([doubt?.kind, doubt?.expected], ['not-assumed', role])
    assert.equal(doubt?.tell, `aws sts assume-role --role-arn ${role} --role-session-name test`)
    assert.equal(doubtOf(`${said}\ncurrent credentials could not be used to assume '${role}'`), undefined)
  })

  test('is doubted where a caller of one stage asks for what is of another', () => {
    const principal = 'arn:aws:sts::111122223333:assumed-role/app-dev/session'
    const doubt = doubtOf(refusal(principal, 's3:GetObject', 'arn:aws:s3:::prod-artifacts/app.zip'))
    assert.equal(doubt?.kind, 'other-stage')
  })

  describe('where its policies let it do nothing but assume roles', () => {
    const role = 'arn:aws:iam::111122223333:role/cdk-lookup'
    const own = {
      name: 'deploy',
      document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: role }] },
    }
    const kindWith = (...more: readonly Policy[]) => {
      const said = refusal('arn:aws:iam::111122223333:user/ci', 'ssm:GetParameter', '*')
      const [denial] = readDenials(said).denials
      assert.ok(denial !== undefined)
      return callerDoubt(denial, { identityPolicies: [own, ...more] })?.kind
    }

    test('is doubted', () => assert.equal(kindWith(), 'not-assumed'))
    test('is doubted where other policies may exist', () =>
      assert.equal(kindWith(furtherPolicies('identity policies')), 'not-assumed'))
    test('is not doubted where another policy is listed and was not read', () =>
      assert.equal(kindWith({ name: 'other', arn: 'arn:aws:iam::111122223333:policy/other' }), undefined))
  })

  const found = (source: string) =>
    `$ aws s3 cp s3://assets/a.png . --profile team-media --debug\n2026-11-30 06:29:01,451 - MainThread - botocore.credentials - INFO - Found credentials in ${source}.\n`

  for (const [name, principal, source] of [
    ['keys in the environment', 'arn:aws:iam::111122223333:user/ana', 'environment variables'],
    ['those of the instance', 'arn:aws:sts::111122223333:assumed-role/web/i-0abc1234def567890', 'IAM Role: web'],
    ['those of an instance with a masked id', 'arn:aws:sts::111122223333:assumed-role/web/i-0xxxxxx', 'IAM Role: web'],
  ] as const)
    test(`is doubted where a profile is named and the credentials are ${name} (R-ADV-12)`, () => {
      const doubt = doubtOf(found(source) + refusal(principal, 's3:GetObject', 'arn:aws:s3:::assets/a.png'))
      assert.equal(doubt?.kind, 'default-credentials')
      assert.match(doubt.tell, /--profile team-media/)
    })

  test('is not doubted where the credentials are of a file of profiles', () => {
    const said = refusal('arn:aws:iam::111122223333:user/ana', 's3:GetObject', 'arn:aws:s3:::assets/a.png')
    assert.equal(doubtOf(found('shared credentials file: ~/.aws/credentials') + said), undefined)
  })

  for (const [name, role, resource] of [
    ['the same stage', 'app-dev', 'arn:aws:s3:::artifacts-development/app.zip'],
    ['no stage', 'deploy-role', 'arn:aws:s3:::prod-artifacts/app.zip'],
    ['a word that only begins like one', 'developer', 'arn:aws:s3:::production-plans/app.zip'],
    ['two stages, as a promotion has', 'promote-dev-to-prod', 'arn:aws:s3:::prod-artifacts/app.zip'],
  ] as const)
    test(`is not doubted for ${name}`, () => {
      const principal = `arn:aws:sts::111122223333:assumed-role/${role}/session`
      assert.equal(doubtOf(refusal(principal, 's3:GetObject', resource)), undefined)
    })
})
