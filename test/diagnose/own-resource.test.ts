/** A denial that names its caller and its action and no more, as EC2 prints it where the rest is cut. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { diagnosisWithFiles } from './incident-files.ts'

const said = (action: string, role = 'ci/s1'): string =>
  `An error occurred (UnauthorizedOperation) when calling the ${action.split(':')[1] ?? ''} operation: You are not authorized to perform this operation. User: arn:aws:sts::111122223333:assumed-role/${role} is not authorized to perform: ${action}`

const diagnosisOf = (text: string) => {
  const [diagnosis] = diagnoseEvidence(rawEvidence(text)).diagnoses
  assert.ok(diagnosis)
  return diagnosis
}
const causesOf = (text: string) => diagnosisOf(text).causes.map(({ layer, certainty }) => [layer, certainty])

describe('a resource that nobody names', () => {
  it('is of the own account where no resource of the service has a policy, and that is told (R-EVID-09, R-XACC-01)', () => {
    for (const action of ['ec2:RunInstances', 'ec2:TerminateInstances', 'rds:DeleteDBInstance']) {
      assert.deepEqual(causesOf(said(action)), [['identity-policy', 'likely']], action)
      const facts = diagnosisOf(said(action)).assumptions.map(({ fact, value }) => [fact, value])
      assert.ok(
        facts.some(([fact, value]) => fact === 'account of the resource' && value === '111122223333'),
        JSON.stringify(facts),
      )
    }
  })

  it('is so, too, where AWS prints a star for its account', () => {
    const text = `${said('elasticloadbalancing:AddTags')} on resource: arn:aws:elasticloadbalancing:us-east-1:*`
    assert.deepEqual(causesOf(text), [['identity-policy', 'likely']])
  })

  it('may be of any account where it can have a policy', () => {
    for (const action of ['s3:PutObject', 'sqs:SendMessage']) {
      const facts = diagnosisOf(said(action)).assumptions.map(({ fact }) => fact)
      assert.ok(!facts.includes('account of the resource'), action)
    }
  })

  it('never has the address of an endpoint for its name', async () => {
    const address = 'https://queue.amazonaws.com/'
    const text = `An error occurred (AccessDenied) when calling the ReceiveMessage operation: Access to the resource ${address} is denied.`
    const PolicyDocument = { Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }] }
    const diagnosis = await diagnosisWithFiles(text, [{ RoleName: 'worker', PolicyName: 'own', PolicyDocument }])
    assert.ok(diagnosis && diagnosis.fixes.length > 0)
    assert.doesNotMatch(
      JSON.stringify(diagnosis.fixes.map(({ changes }) => changes.map(({ patch }) => patch))),
      /https:/,
    )
  })
})

describe('a parameter that is called as an environment variable', () => {
  const message = (name: string): string =>
    `AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/execution/task is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:eu-west-2:111122223333:parameter/${name} because no identity-based policy allows the ssm:GetParameters action`
  const PolicyDocument = { Statement: [{ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }] }
  const patches = async (name: string): Promise<string> => {
    const files = [{ RoleName: 'execution', PolicyName: 'own', PolicyDocument }]
    const diagnosis = await diagnosisWithFiles(message(name), files)
    return JSON.stringify(diagnosis?.fixes.map(({ changes }) => changes.map(({ patch }) => patch)))
  }

  it('is granted alone, and never taken for a placeholder of all parameters', async () => {
    for (const name of ['GOOGLE_CLIENT_ID', 'DB_NAME', 'QUEUE_ARN']) {
      const found = await patches(name)
      assert.match(found, new RegExp(`parameter/${name}"`))
      assert.doesNotMatch(found, /parameter\/\*/)
    }
  })
  it('may lack the tag that a statement asks for: the resource is tagged, and no key "was not sent"', async () => {
    const tagged = {
      Effect: 'Allow',
      Action: 'ssm:GetParameters',
      Resource: 'arn:aws:ssm:eu-west-2:111122223333:parameter/*',
      Condition: { StringEquals: { 'ssm:ResourceTag/app': 'shop', 'ssm:ResourceTag/stage': 'test' } },
    }
    const other = {
      Effect: 'Allow',
      Action: 'ssm:GetParameters',
      Resource: 'arn:aws:ssm:eu-west-2:111122223333:parameter/aws/*',
    }
    const files = [{ RoleName: 'execution', PolicyName: 'own', PolicyDocument: { Statement: [tagged, other] } }]
    const diagnosis = await diagnosisWithFiles(message('GOOGLE_CLIENT_ID'), files)
    assert.match(diagnosis?.summary ?? '', /app is shop, but the resource does not have this tag/)
    assert.match(diagnosis?.fixes[0]?.title ?? '', /^tag the resource app=shop/i)
  })
  it('is a placeholder where the word says nothing but that', async () => {
    assert.match(await patches('PARAMETER_NAME'), /parameter\/PARAMETER_NAME"/)
  })
})

describe('the role of a permission set', () => {
  it('is simulated under its whole ARN, whose path the ARN of a session does not hold (R-PRIN-07)', () => {
    const role = 'AWSReservedSSO_DeveloperAccess_0123456789abcdef'
    const tells = (text: string) =>
      diagnosisOf(text)
        .usualCauses?.map(({ tell }) => tell)
        .join('\n') ?? ''
    const told = tells(said('ec2:RunInstances', `${role}/ann`))
    assert.ok(told.includes(`"$(aws iam get-role --role-name ${role} --query Role.Arn --output text)"`), told)
    assert.doesNotMatch(told, /policy-source-arn arn:/)
    assert.match(tells(said('ec2:RunInstances')), /--policy-source-arn arn:aws:iam::111122223333:role\/ci /)
  })
})

describe('the output of `aws iam get-role` for the caller', () => {
  it('shows who called, and is not taken for the role that the call passes', async () => {
    const arn = 'arn:aws:iam::111122223333:role/ci'
    const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }
    const role = {
      Path: '/',
      RoleName: 'ci',
      Arn: arn,
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: trust },
    }
    const diagnosis = await diagnosisWithFiles(said('states:CreateStateMachine'), [{ Role: role }])
    const passed = diagnosis?.steps.filter(
      ({ request }) => request.resource === arn && request.action === 'iam:PassRole',
    )
    assert.deepEqual(passed, [])
    assert.ok(!JSON.stringify(diagnosis?.fixes).includes('PassRole'))
  })
})
