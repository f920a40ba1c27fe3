/**
 * A call of EC2's is judged on each of its resources (R-REQ-02), and what its record shows is settled (R-PASS-05). What each resource is
 * asked with: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ExampleIAMPolicies_EC2.html (RunInstances)
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Scenario } from '#engine/scenario.ts'
import { searchFixes } from '#fix/proof/fix-search.ts'
import { wholeFix } from '#fix/proof/finished.ts'
import { callEvents } from '#intake/cloudtrail/call-event.ts'
import { readDenials } from '#intake/read.ts'
import { likelyContext } from '#diagnose/replay-context.ts'
import { diagnoseForReplay } from '#diagnose/diagnose.ts'

const A = '111122223333'
const ROLE = `arn:aws:iam::${A}:role/web`
const CALLER = `arn:aws:iam::${A}:user/ann`
const ec2 = (rest: string): string => `arn:aws:ec2:eu-west-1:${A}:${rest}`
const IMAGE = 'arn:aws:ec2:eu-west-1::image/ami-0abcdef1234567890'
const OTHERS = ['key-pair/k', 'network-interface/*', 'security-group/sg-1', 'subnet/subnet-1', 'volume/*'].map(ec2)

type Fields = Readonly<Record<string, unknown>>
const SENTENCE = `User: ${CALLER} is not authorized to perform: ec2:RunInstances on resource: ${ec2('instance/*')} because no identity-based policy allows the ec2:RunInstances action.`
const UNTOLD = 'You are not authorized to perform this operation.'

const record = (requestParameters: Fields, errorMessage: string, eventName = 'RunInstances', service = 'ec2') => ({
  eventVersion: '1.11',
  userIdentity: { type: 'IAMUser', principalId: 'AIDA1', arn: CALLER, accountId: A, userName: 'ann' },
  eventTime: '2026-11-01T10:00:00Z',
  eventSource: `${service}.amazonaws.com`,
  eventName,
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.9',
  errorCode: 'Client.UnauthorizedOperation',
  errorMessage,
  requestParameters,
  eventID: '00000000-0000-4000-8000-000000000001',
  recipientAccountId: A,
})

const LAUNCH = {
  instancesSet: { items: [{ imageId: 'ami-0abcdef1234567890', minCount: 1, maxCount: 1, keyName: 'k' }] },
  groupSet: { items: [{ groupId: 'sg-1' }] },
  subnetId: 'subnet-1',
}

function explained(text: string, statements: readonly object[], more: Partial<Scenario> = {}) {
  const scenario: Scenario = {
    request: { principal: CALLER, action: 'iam:ListUsers', resource: '*' },
    policies: {
      complete: true,
      identityPolicies: [{ name: 'p', document: { Version: '2012-10-17', Statement: statements } }],
    },
    ...more,
  }
  const { denials, records } = readDenials(text)
  const { result, replayContexts: walks } = diagnoseForReplay({
    denials,
    events: callEvents(records),
    policySource: { kind: 'scenario', scenario },
  })
  const [diagnosis] = result.diagnoses
  assert.ok(diagnosis !== undefined)
  return {
    diagnosis,
    fixes: searchFixes(diagnosis, walks[0] === undefined ? undefined : (likelyContext(walks[0]) ?? walks[0]))
      .all()
      .map((plan) => wholeFix(plan)),
  }
}

const launched = (
  parameters: Fields,
  message: string,
  ...on: readonly [statements: readonly object[], more?: Partial<Scenario>]
) => explained(JSON.stringify(record(parameters, message)), ...on)

const allow = (Resource: string | readonly string[], more: Fields = {}) => ({
  Effect: 'Allow',
  Action: 'ec2:RunInstances',
  Resource,
  ...more,
})

type Steps = ReturnType<typeof explained>['diagnosis']['steps']
const shown = (steps: Steps) =>
  steps.map(({ request, decision }) => [request.action.split(':')[1], request.resource, decision.decision])

describe('a launch', () => {
  it('needs its action on all that its record names, of which AWS names one', () => {
    const { diagnosis } = launched(LAUNCH, SENTENCE, [allow('arn:aws:ec2:*::image/*')])
    assert.deepEqual(shown(diagnosis.steps), [
      ['RunInstances', ec2('instance/*'), 'denied'],
      ['RunInstances', IMAGE, 'allowed'],
      ['RunInstances', OTHERS, 'denied'],
    ])
  })

  it('is granted what is not made yet in the words of AWS, and all else that is refused with it', () => {
    const { fixes } = launched(LAUNCH, SENTENCE, [allow('arn:aws:ec2:*::image/*')])
    const [best] = fixes
    assert.deepEqual(best?.cures, [0, 2])
    const written = JSON.stringify(best?.changes)
    assert.ok(!written.includes('${'), written)
    for (const arn of [ec2('instance/*'), ...OTHERS]) assert.ok(written.includes(arn), arn)
    assert.equal(best?.replay.decision, 'allowed')
    assert.equal(best?.proof.status, 'proved')
  })

  it('is refused on one of its resources where AWS does not say on which (H-129)', () => {
    const { diagnosis } = launched(LAUNCH, UNTOLD, [allow([ec2('instance/*'), 'arn:aws:ec2:*::image/*'])])
    assert.equal(diagnosis.steps[0]?.decision.decision, 'denied')
    assert.ok(diagnosis.steps.some(({ decision }) => decision.decision === 'allowed'))
  })

  it('has no tags, template or profile where its record shows none (R-PASS-05)', () => {
    const untagged = allow('*', { Condition: { Null: { 'aws:RequestTag/env': 'false' } } })
    const keyless = allow('*', { Condition: { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['env'] } } })
    const templated = allow('*', { Condition: { ArnLike: { 'ec2:LaunchTemplate': '*' } } })
    const profiled = allow('*', { Condition: { ArnLike: { 'ec2:InstanceProfile': '*' } } })
    for (const statement of [untagged, keyless, templated, profiled]) {
      const { diagnosis } = launched(LAUNCH, SENTENCE, [statement])
      assert.equal(diagnosis.steps[0]?.decision.decision, 'denied', JSON.stringify(statement))
    }
    const cut = launched({ subnetId: 'subnet-1' }, SENTENCE, [untagged])
    assert.equal(
      cut.diagnosis.steps[0]?.decision.decision,
      'undetermined',
      'parameters that are not whole show nothing',
    )
    const byTemplate = { ...LAUNCH, launchTemplate: { launchTemplateName: 't' } }
    const open = launched(byTemplate, SENTENCE, [untagged])
    assert.equal(open.diagnosis.steps[0]?.decision.decision, 'undetermined', 'a template may have tags')
  })

  it('passes the role of a profile that it names without an ARN', () => {
    const named = { ...LAUNCH, iamInstanceProfile: { name: 'web' } }
    const PROFILE = `arn:aws:iam::${A}:instance-profile/web`
    for (const message of [SENTENCE, UNTOLD]) {
      const known = launched(named, message, [allow('*')], {
        resources: [{ arn: PROFILE, attributes: { roleArns: [ROLE] } }],
      })
      const pass = known.diagnosis.steps.find(({ request }) => request.action === 'iam:PassRole')
      assert.equal(pass?.request.resource, ROLE)
      assert.equal(pass?.request.context?.['iam:PassedToService'], 'ec2.amazonaws.com')
      assert.equal(pass?.decision.decision, 'denied')
      const open = launched(named, message, [allow('*')])
      const unknown = open.diagnosis.steps.find(({ request }) => request.action === 'iam:PassRole')
      assert.equal(unknown?.request.resource, null, 'which role is not known')
    }
  })

  it('is judged on each type where only the text of its denial is at hand, and what is not named stays open', () => {
    const all = explained(SENTENCE, [allow('*')])
    assert.deepEqual([...new Set(all.diagnosis.steps.map(({ decision }) => decision.decision))], ['allowed'])
    const one = explained(SENTENCE, [allow([ec2('instance/*'), ec2('subnet/subnet-1')])])
    const next = one.diagnosis.steps.slice(1)
    const subnet = next.find(({ request }) => [request.resource].flat().includes(ec2('subnet/*')))
    assert.equal(subnet?.decision.decision, 'undetermined')
    const volume = next.find(({ request }) => [request.resource].flat().includes(ec2('volume/*')))
    assert.equal(volume?.decision.decision, 'denied')
  })
})

describe('a role that is handed over', () => {
  const pass = `User: ${CALLER} is not authorized to perform: iam:PassRole on resource: ${ROLE} because no identity-based policy allows the iam:PassRole action`
  const toLambda = {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: '*',
    Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
  }

  it('is for the service of the call that hands it over (R-PASS-05)', () => {
    for (const [operation, service, wanted] of [
      ['RunInstances', 'ec2', 'denied'],
      ['CreateFunction20150331', 'lambda', 'allowed'],
      ['UpdateFunctionConfiguration20150331v2', 'lambda', 'allowed'],
      ['RegisterTaskDefinition', 'ecs', 'denied'],
      // Roles for several services
      ['RunJobFlow', 'elasticmapreduce', 'undetermined'],
    ] as const) {
      const { diagnosis } = explained(JSON.stringify(record({}, pass, operation, service)), [toLambda])
      assert.equal(diagnosis.steps[0]?.request.action, 'iam:PassRole')
      assert.equal(diagnosis.steps[0]?.decision.decision, wanted, operation)
    }
  })

  it('is not for a service that no call tells', () => {
    assert.equal(explained(pass, [toLambda]).diagnosis.steps[0]?.decision.decision, 'undetermined')
    const called = `An error occurred (AccessDeniedException) when calling the CreateFunction operation: ${pass}`
    assert.equal(explained(called, [toLambda]).diagnosis.steps[0]?.decision.decision, 'allowed')
  })
})

describe('a further request of which nobody says what it is about (G-29)', () => {
  it('is not granted on one that was made up where the caller may do it on some', () => {
    const Statement = [
      {
        Effect: 'Allow',
        Action: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:GetSecretValue'],
        Resource: `arn:aws:secretsmanager:eu-west-1:${A}:secret:team/*`,
      },
    ]
    const policies = { identityPolicies: [{ name: 'p', document: { Version: '2012-10-17', Statement } }] }
    const refused = `User: ${CALLER} is not authorized to perform: secretsmanager:BatchGetSecretValue because no identity-based policy allows the secretsmanager:BatchGetSecretValue action`
    const [first] = explained(refused, [], { policies }).fixes
    const added = JSON.stringify(first?.changes.map((change) => ('patch' in change ? change.patch : change)))
    assert.match(added, /"secretsmanager:BatchGetSecretValue"/)
    assert.doesNotMatch(added, /GetSecretValue-|"secretsmanager:GetSecretValue"|NAME/)
  })
})

describe('what a request has to be sent with', () => {
  const boundary = `arn:aws:iam::${A}:policy/boundary`
  const titles = (session: string) => {
    const caller = `arn:aws:sts::${A}:assumed-role/cfn-exec/${session}`
    const text = `User: ${caller} is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::${A}:role/made because no permissions boundary allows the iam:CreateRole action`
    const Statement = [
      {
        Effect: 'Allow',
        Action: 'iam:CreateRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
      },
    ]
    const policies = {
      identityPolicies: [
        { name: 'p', document: { Version: '2012-10-17', Statement: [{ ...allow('*'), Action: '*' }] } },
      ],
      permissionsBoundary: { name: 'boundary', document: { Version: '2012-10-17', Statement } },
    }
    const [first] = explained(text, [], { policies }).fixes
    return [first?.title, JSON.stringify(first?.changes)]
  }

  it('is an option of the call, and of a stack a property in its template', () => {
    const [own, call] = titles('ci')
    assert.match(own ?? '', /in the call/)
    assert.match(call ?? '', /aws iam create-role/)
    const [stack, changes] = titles('AWSCloudFormation')
    assert.match(
      stack ?? '',
      /`PermissionsBoundary: arn:aws:iam::111122223333:policy\/boundary` .* the stack's template/,
    )
    assert.doesNotMatch(changes ?? '', /aws iam create-role/)
  })

  const header = 's3:x-amz-server-side-encryption'
  const sent = (Condition: object) => {
    const text = `User: ${CALLER} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" with an explicit deny in a resource-based policy`
    const deny = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/*', Condition }
    const resourcePolicy = { name: 'b', kind: 'bucket', document: { Version: '2012-10-17', Statement: [deny] } }
    const scenario = {
      request: { principal: CALLER, action: 's3:PutObject', resource: 'arn:aws:s3:::b/k', context: { [header]: null } },
    }
    const [first] = explained(text, [], { ...scenario, policies: { resourcePolicy } }).fixes
    return JSON.stringify(first)
  }

  it('is a usual value of a header where a policy asks for any, and its own where it names one', () => {
    assert.match(sent({ Null: { [header]: 'true' } }), /--server-side-encryption AES256/)
    assert.match(sent({ StringNotEquals: { [header]: 'aws:kms' } }), /--server-side-encryption aws:kms/)
  })
})
