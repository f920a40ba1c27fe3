/** A new statement keeps the conditions by which the nearest one protects data, or says which it gives up (R-ADV-04). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { OTHER } from '#engine/representatives.ts'
import type { Scenario } from '#engine/scenario.ts'
import type { FixInHand } from '#fix/proof/fix.ts'
import type { Request } from '#iam/request.ts'
import { fixesOf, freshAllows } from './on-paper.ts'

const A = '111122223333'
const ROLE = `arn:aws:iam::${A}:role/app`
const TABLE = `arn:aws:dynamodb:us-east-1:${A}:table/orders`

const scenario = (request: Partial<Request>, statements: readonly object[], more: object = {}): Scenario => ({
  request: {
    principal: `arn:aws:sts::${A}:assumed-role/app/s1`,
    principalDetails: { roleArn: ROLE },
    action: 'dynamodb:Query',
    resource: `${TABLE}/index/by-date`,
    resourceAccount: A,
    ...request,
  },
  policies: {
    complete: true,
    identityPolicies: [{ name: 'p', document: { Version: '2012-10-17', Statement: statements } }],
    ...more,
  },
  organization: null,
})

/** Fixes that change a policy, with the conditions of the statements that are new in it. */
const added = (fixes: readonly FixInHand[]) =>
  fixes.flatMap((fix) =>
    fix.changes
      .filter(({ kind }) => kind === 'edit-policy' || kind === 'add-policy')
      .flatMap((change) => freshAllows(change).map((allow) => ({ fix, change, conditions: allow['Condition'] }))),
  )

const addsStatement = ({ patch }: Pick<FixInHand['changes'][number], 'patch'>): boolean =>
  patch.some(({ path }) => path === '/Statement/-' || path === '')

const rows = (Condition: object, Resource: unknown = TABLE) => ({
  Sid: 'OwnRows',
  Effect: 'Allow',
  Action: ['dynamodb:GetItem', 'dynamodb:Query'],
  Resource,
  Condition,
})
const TENANT = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['${aws:PrincipalTag/tenant}'] } }

/** A denied call on rows of another tenant. */
const FOREIGN_ROWS = { principalTags: { tenant: 'red' }, context: { 'dynamodb:LeadingKeys': ['blue'] } }

describe('a new statement', () => {
  it('keeps the leading keys of the nearest one, whether or not the request shows its keys', () => {
    for (const request of [
      { principalTags: { tenant: 'red' } },
      {},
      { principalTags: { tenant: 'red' }, context: { 'dynamodb:LeadingKeys': ['red'] } },
    ]) {
      const all = added(fixesOf(scenario(request, [rows(TENANT)])))
      assert.ok(all.length > 0, JSON.stringify(request))
      for (const { fix, conditions } of all) assert.deepEqual(conditions, TENANT, fix.id)
    }
  })

  it('keeps them in every scope', () => {
    const request = { principalTags: { tenant: 'red' } }
    const scopes = added(fixesOf(scenario(request, [rows(TENANT)]))).map(({ fix }) => fix.scope)
    assert.ok(scopes.includes('exact') && scopes.length > 1, scopes.join())
  })

  it('keeps the guard of the statement whose resource is most like the wanted one', () => {
    const other = {
      ...rows({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, `${TABLE.slice(0, -6)}users`),
      Sid: 'Other',
    }
    const request = { principalTags: { tenant: 'red' } }
    for (const { conditions } of added(fixesOf(scenario(request, [other, rows(TENANT)]))))
      assert.deepEqual(conditions, TENANT)
  })

  it('keeps the folder, the tag, the encryption context, the network and MFA', () => {
    const cases: readonly [Partial<Request>, object][] = [
      [
        {
          action: 's3:GetObject',
          resource: 'arn:aws:s3:::b/dir/k',
          context: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' },
        },
        { StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } },
      ],
      [
        { action: 's3:GetObject', resource: 'arn:aws:s3:::b/dir/k' },
        { StringEquals: { 's3:ExistingObjectTag/team': 'red' } },
      ],
      [
        {
          action: 'sqs:SendMessage',
          resource: `arn:aws:sqs:us-east-1:${A}:q`,
          context: { 'aws:SourceIp': '203.0.113.9' },
        },
        { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      ],
      [
        {
          action: 'ec2:StopInstances',
          resource: `arn:aws:ec2:us-east-1:${A}:instance/i-1`,
          context: { 'aws:ResourceTag/team': 'red' },
        },
        { StringEquals: { 'aws:ResourceTag/team': 'red' } },
      ],
    ]
    for (const [request, Condition] of cases) {
      const near = { Effect: 'Allow', Action: request.action, Resource: `${String(request.resource)}-other`, Condition }
      const all = added(fixesOf(scenario(request, [near])))
      assert.ok(all.length > 0, request.action)
      for (const { conditions } of all) assert.deepEqual(conditions, Condition)
    }
  })

  it('keeps the guard of other actions on the same resource, where the action can have the key', () => {
    const secret = `arn:aws:secretsmanager:us-east-1:${A}:secret:db-AbCdEf`
    const project = { StringEquals: { 'aws:ResourceTag/access-project': '${aws:PrincipalTag/access-project}' } }
    const allow = (Action: string | readonly string[], Resource: string, Condition?: object) => ({
      Effect: 'Allow',
      Action,
      Resource,
      ...(Condition === undefined ? {} : { Condition }),
    })
    const query = { action: 'dynamodb:Query', resource: TABLE, principalTags: { tenant: 'red' } }
    const get = {
      action: 'secretsmanager:GetSecretValue',
      resource: secret,
      principalTags: { 'access-project': 'red' },
    }
    const cases: readonly [Partial<Request>, readonly object[], object | undefined][] = [
      [query, [allow('dynamodb:GetItem', TABLE, TENANT)], TENANT],
      [query, [allow('dynamodb:GetItem', TABLE, TENANT), allow('dynamodb:DescribeTable', TABLE)], TENANT],
      [get, [allow(['secretsmanager:DescribeSecret', 'secretsmanager:PutSecretValue'], '*', project)], project],
      // The key is never sent with the action, another statement does without it, or it is for another resource or service.
      [{ ...query, action: 'dynamodb:DescribeTable' }, [allow('dynamodb:GetItem', TABLE, TENANT)], undefined],
      [query, [allow('dynamodb:GetItem', TABLE, TENANT), allow('dynamodb:BatchGet*', TABLE)], undefined],
      [query, [allow('dynamodb:GetItem', `${TABLE}-old`, TENANT)], undefined],
      [get, [allow('s3:GetObject', '*', project)], undefined],
      // Who may delete only with MFA may read without.
      [query, [allow('dynamodb:DeleteItem', TABLE, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })], undefined],
    ]
    for (const [request, statements, want] of cases) {
      const fresh = added(fixesOf(scenario(request, statements))).filter(({ change }) => addsStatement(change))
      assert.ok(fresh.length > 0)
      for (const { fix, conditions } of fresh)
        assert.deepEqual(conditions, want, `${fix.id} ${JSON.stringify(statements)}`)
    }
  })

  it('is withheld without the guard of another action that the request does not meet', () => {
    const near = { ...rows(TENANT), Action: 'dynamodb:GetItem' }
    const all = fixesOf(scenario({ ...FOREIGN_ROWS, resource: TABLE }, [near]))
    assert.deepEqual(
      all.filter(({ changes }) => changes.some(addsStatement)).map(({ id }) => id),
      [],
    )
  })

  it('is withheld without the guard that the request does not meet', () => {
    assert.deepEqual(
      fixesOf(scenario(FOREIGN_ROWS, [rows(TENANT)])).map(({ id }) => id),
      [],
    )
  })
})

it('a guard whose value is a Boolean of JSON is kept as it is written', () => {
  const Condition = { Bool: { 'aws:ViaAWSService': false } }
  const near = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/other/*', Condition }
  const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', context: { 'aws:ViaAWSService': false } }
  const all = added(fixesOf(scenario(request, [near])))
  assert.ok(all.length > 0)
  for (const { conditions, fix } of all) assert.deepEqual(conditions, Condition, fix.id)
})

describe('the service that a role may be passed to', () => {
  const near = (Resource: string) => ({
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource,
    Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  })
  const request = { action: 'iam:PassRole', resource: `arn:aws:iam::${A}:role/task-api`, context: {} }
  const asked = (Resource: string, context: object) =>
    added(fixesOf(scenario({ ...request, ...context }, [near(Resource)])))

  it('is kept for another role', () => {
    const all = asked(`arn:aws:iam::${A}:role/task-web`, {})
    assert.ok(all.length > 0)
    for (const { conditions, fix } of all) assert.deepEqual(conditions, near('').Condition, fix.id)
  })

  it('is named as given up where another service gets the role', () => {
    const other = { context: { 'iam:PassedToService': null }, contextComplete: true }
    const [first] = asked(`arn:aws:iam::${A}:role/task-*`, other)
    assert.match(first?.change.does ?? '', /without the condition on iam:PassedToService of statement 1 of `p`/)
  })
})

it('a statement that compares with the caller is not opened to a value of its own', () => {
  const near = {
    Effect: 'Allow',
    Action: 'ec2:StopInstances',
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
  }
  const request = {
    action: 'ec2:StopInstances',
    resource: `arn:aws:ec2:us-east-1:${A}:instance/i-1`,
    principalTags: { team: 'red' },
    context: { 'aws:ResourceTag/team': 'blue' },
  }
  const ids = fixesOf(scenario(request, [near])).map(({ id }) => id)
  assert.deepEqual(
    ids.filter((id) => id.startsWith('extend')),
    [],
    ids.join(),
  )
})

const shownOf = (asked: Scenario) => {
  const { principal, action, resource } = asked.request
  const text = `User: ${principal} is not authorized to perform: ${action} on resource: ${String(resource)}`
  return diagnoseToShow({ ...rawEvidence(text), policySource: { kind: 'scenario', scenario: asked } }).diagnoses
}

it('no fix gives up which rows a caller may have, and the answer says why', () => {
  const [diagnosis] = shownOf(scenario(FOREIGN_ROWS, [rows(TENANT)]))
  assert.deepEqual(diagnosis?.fixes, [])
  assert.match(diagnosis?.whyNoFix?.[0] ?? '', /leave out the condition on dynamodb:LeadingKeys, which protects data/)
})

it('a guard that a fix gives up is among its consequences', () => {
  const near = {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: `arn:aws:iam::${A}:role/task-*`,
    Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  }
  const request = {
    action: 'iam:PassRole',
    resource: `arn:aws:iam::${A}:role/task-web`,
    context: { 'iam:PassedToService': null },
    contextComplete: true,
  }
  const [fix] = shownOf(scenario(request, [near])).flatMap(({ fixes }) =>
    fixes.filter(({ consequences }) => consequences.some(({ kind }) => kind === 'data-guard-lost')),
  )
  assert.match(fix?.consequences.map(({ text }) => text).join('\n') ?? '', /iam:PassedToService/)
})

describe('a new statement for a service whose source is not known', () => {
  const FUNCTION = `arn:aws:lambda:us-east-1:${A}:function:f`
  const conditionsFor = (source: string, seen: string = OTHER): readonly unknown[] =>
    added(
      fixesOf({
        request: {
          principal: 'apigateway.amazonaws.com',
          action: 'lambda:InvokeFunction',
          resource: FUNCTION,
          context: { 'aws:SourceArn': seen },
        },
        policies: {
          resourcePolicy: {
            name: 'function policy',
            document: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Principal: { Service: 'apigateway.amazonaws.com' },
                  Action: 'lambda:InvokeFunction',
                  Resource: FUNCTION,
                  Condition: { ArnLike: { 'aws:SourceArn': source } },
                },
              ],
            },
          },
          resourceControlPolicies: null,
        },
      }),
    ).map(({ conditions }) => conditions)

  it('keeps the API of the nearest one and leaves its stage and method open (R-ADV-04)', () => {
    const api = `arn:aws:execute-api:us-east-1:${A}:a1b2c3`
    assert.deepEqual(conditionsFor(`${api}/*/*/*`)[0], { ArnLike: { 'aws:SourceArn': `${api}/*` } })
  })

  it('has no pattern that names only a type of resource', () => {
    const rules = conditionsFor(`arn:aws:events:us-east-1:${A}:rule/*/nightly`)
    assert.ok(!JSON.stringify(rules).includes('rule/*"'), JSON.stringify(rules))
  })

  it('asks for the source that the request shows', () => {
    const source = `arn:aws:execute-api:us-east-1:${A}:a1b2c3/$default/$default`
    const [first] = conditionsFor(`arn:aws:execute-api:us-east-1:${A}:a1b2c3/*/*/*`, source)
    assert.deepEqual(first, { ArnEquals: { 'aws:SourceArn': source } })
  })
})

describe('a new statement for a service', () => {
  const B = '444455556666'
  const open = (owner: string, principal: string, context?: Request['context']): Scenario => ({
    request: {
      principal,
      action: 'sns:Publish',
      resource: `arn:aws:sns:us-east-1:${owner}:uploads`,
      ...(context === undefined ? {} : { context }),
    },
    policies: {
      resourcePolicy: {
        name: 'topic policy',
        document: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${B}:root` },
              Action: 'sns:Publish',
              Resource: `arn:aws:sns:us-east-1:${owner}:uploads`,
            },
          ],
        },
      },
      resourceControlPolicies: null,
    },
  })
  const conditionsOf = (scenario: Scenario): readonly unknown[] =>
    added(fixesOf(scenario)).map(({ conditions }) => conditions)

  it('is limited to the account that the policy allows, masked or not, where the source is not known (R-SVC-02)', () => {
    for (const owner of [A, 'ACCOUNT_ID'])
      assert.deepEqual(conditionsOf(open(owner, 's3.amazonaws.com'))[0], { StringEquals: { 'aws:SourceAccount': B } })
  })

  it('keeps the source that the request shows', () => {
    const [first] = conditionsOf(open(A, 's3.amazonaws.com', { 'aws:SourceArn': 'arn:aws:s3:::uploads' }))
    assert.deepEqual(first, { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::uploads' } })
  })

  it('has no condition on a key that the pages of the service do not name', () => {
    assert.equal(conditionsOf(open(A, 'apigateway.amazonaws.com'))[0], undefined)
  })
})
