/** "As it was yesterday": where older policies allowed it, the very element that changed is put back, and no more. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import type { Scenario } from '#engine/scenario.ts'

const document = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement })
const READ = {
  Sid: 'Read',
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:GetObjectTagging'],
  Resource: 'arn:aws:s3:::files/*',
}
const LIST = { Sid: 'List', Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::files' }
const inline = (...statements: readonly unknown[]): Scenario['policies'] => ({
  identityPolicies: [{ name: 'reader', document: document(...statements) }],
})

const ROLE = 'arn:aws:sts::111122223333:assumed-role/app/run'
const TEXT = `User: ${ROLE} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::files/a.txt because no identity-based policy allows the s3:GetObject action`

function fixed(text: string, now: Scenario['policies'], then: Scenario['policies']) {
  const scenario = (policies: Scenario['policies']) => ({ policies }) as Scenario
  const { diagnoses } = diagnoseToShow(
    { ...rawEvidence(text), policySource: { kind: 'scenario', scenario: scenario(now) } },
    then === undefined
      ? {}
      : { older: { name: 'yesterday', policySource: { kind: 'scenario', scenario: scenario(then) } } },
  )
  const fix = diagnoses.find(({ denial }) => denial.kind === 'aws-access-denied')?.fixes[0]
  return {
    id: fix?.id,
    does: fix?.changes[0]?.does ?? '',
    patch: fix?.changes.flatMap(({ patch }) => patch),
    proof: fix?.proof,
    awsCli: fix?.changes[0]?.awsCli ?? '',
    owner: fix?.changes[0]?.owner ?? '',
  }
}

describe('what changed since is put back first', () => {
  test('one action of a list, though another left it, too', () => {
    const { id, patch, does, proof } = fixed(
      TEXT,
      inline({ ...READ, Action: ['s3:GetBucketLocation'] }, LIST),
      inline(READ, LIST),
    )
    assert.equal(id, 'put-back-identity-policy.exact')
    assert.deepEqual(patch, [{ op: 'add', path: '/Statement/0/Action/-', value: 's3:GetObject' }])
    assert.match(does, /^put back Action in statement 1 "Read" of `reader` as it was in yesterday$/)
    // It was for all objects then: what that opens is told.
    assert.equal(proof?.status, 'refuted')
    assert.ok((proof?.beyond ?? []).length > 0)
  })

  test('a resource, and not the description of another statement', () => {
    const { patch } = fixed(
      TEXT,
      inline(
        { ...READ, Resource: 'arn:aws:s3:::other/*' },
        { ...LIST, Action: ['s3:ListBucket', 's3:ListBucketVersions'] },
      ),
      inline(READ, LIST),
    )
    assert.deepEqual(patch, [{ op: 'replace', path: '/Statement/0/Resource', value: 'arn:aws:s3:::files/*' }])
  })

  test('an element of the one statement of a document, which holds it without a list', () => {
    const lone = (Action: string): Scenario['policies'] => ({
      identityPolicies: [{ name: 'reader', document: { Version: '2012-10-17', Statement: { ...READ, Action } } }],
    })
    const { patch, does } = fixed(TEXT, lone('s3:PutObject'), lone('s3:GetObject'))
    assert.deepEqual(patch, [{ op: 'replace', path: '/Statement/Action', value: 's3:GetObject' }])
    assert.match(does, /^put back Action in statement 1 "Read" of `reader`/)
  })

  test('one statement among others that only changed their order', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({
      Sid: `S${i}`,
      Effect: 'Allow',
      Action: 'sns:Publish',
      Resource: `arn:aws:sns:us-east-1:111122223333:t${i}`,
    }))
    const { patch } = fixed(TEXT, inline(...many), inline(READ, ...many.toReversed()))
    assert.deepEqual(patch, [{ op: 'add', path: '/Statement/-', value: READ }])
  })

  test('a statement that is gone', () => {
    const { patch } = fixed(TEXT, inline(LIST), inline(READ, LIST))
    assert.deepEqual(patch, [{ op: 'add', path: '/Statement/-', value: READ }])
  })

  test('an inline policy that is gone', () => {
    const { patch, id } = fixed(TEXT, { identityPolicies: [] }, inline(READ))
    assert.equal(id, 'put-back-identity-policy.exact')
    assert.deepEqual(patch, [{ op: 'add', path: '', value: document(READ) }])
  })

  test('a Deny that came goes again; what else came stays', () => {
    const deny = { Sid: 'No', Effect: 'Deny', Action: 's3:*', Resource: '*' }
    const more = { Sid: 'More', Effect: 'Allow', Action: 's3:GetBucketAcl', Resource: 'arn:aws:s3:::files' }
    const { patch, proof } = fixed(
      TEXT.replace(/because.*/, 'with an explicit deny in an identity-based policy'),
      inline(READ, deny, more),
      inline(READ),
    )
    assert.deepEqual(patch, [{ op: 'remove', path: '/Statement/1' }])
    assert.equal(proof?.status, 'refuted')
  })

  test('a value of a guardrail’s condition', () => {
    const regions = (...values: readonly string[]) =>
      document(
        { Effect: 'Allow', Action: '*', Resource: '*' },
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:RequestedRegion': values } },
        },
      )
    const policies = (...values: readonly string[]): Scenario['policies'] => ({
      identityPolicies: [{ name: 'own', document: document({ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }) }],
      serviceControlPolicies: [{ target: 'r-1', policies: [{ name: 'regions', document: regions(...values) }] }],
    })
    const { patch, does } = fixed(
      `User: ${ROLE} is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:111122223333:jobs with an explicit deny in a service control policy`,
      policies('us-east-1'),
      policies('us-east-1', 'eu-west-1'),
    )
    assert.deepEqual(patch, [
      { op: 'add', path: '/Statement/1/Condition/StringNotEquals/aws:RequestedRegion/-', value: 'eu-west-1' },
    ])
    assert.match(does, /Condition in statement 2/)
  })
})

describe('what was attached and is not any more', () => {
  const managed = (name: string, ...statements: readonly unknown[]) => ({
    name,
    arn: `arn:aws:iam::111122223333:policy/${name}`,
    document: document(...statements),
  })
  const DENY = { Sid: 'No', Effect: 'Deny', Action: 's3:*', Resource: '*' }
  const EXPLICIT = TEXT.replace(/because.*/, 'with an explicit deny in an identity-based policy')

  test('a managed policy of the role is attached again', () => {
    const { patch, does, proof, awsCli } = fixed(TEXT, inline(LIST), {
      identityPolicies: [...(inline(LIST)?.identityPolicies ?? []), managed('read-files', READ)],
    })
    assert.deepEqual(patch, [{ op: 'add', path: '', value: document(READ) }])
    assert.equal(does, 'attach managed policy `read-files` to role `app` again, as it was in yesterday')
    assert.match(
      awsCli,
      /aws iam attach-role-policy --role-name app --policy-arn arn:aws:iam::111122223333:policy\/read-files/,
    )
    assert.equal(proof?.status, 'refuted')
  })

  test('a managed policy that came and denies is taken away; one that came and allows stays', () => {
    const came = [managed('stop', DENY), managed('more', LIST)]
    const { patch, does, awsCli } = fixed(
      EXPLICIT,
      { identityPolicies: [...(inline(READ)?.identityPolicies ?? []), ...came] },
      inline(READ),
    )
    assert.deepEqual(patch, [{ op: 'remove', path: '' }])
    assert.equal(does, 'detach managed policy `stop` from role `app`, as it was in yesterday')
    assert.match(awsCli, /aws iam detach-role-policy --role-name app/)
  })

  test('an inline policy that came and denies is deleted', () => {
    const came = { name: 'stop', document: document(DENY) }
    const { does } = fixed(
      EXPLICIT,
      { identityPolicies: [...(inline(READ)?.identityPolicies ?? []), came] },
      inline(READ),
    )
    assert.equal(does, 'delete inline policy `stop` of role `app`, as it was in yesterday')
  })

  test('a boundary that was set is taken off, and one that was exchanged is set again', () => {
    const text = TEXT.replace('identity-based policy', 'permissions boundary')
    const now = { ...inline(READ), permissionsBoundary: managed('narrow', LIST) }
    const off = fixed(text, now, { ...inline(READ), permissionsBoundary: null })
    assert.equal(off.does, 'take the permissions boundary `narrow` off role `app`, as it was in yesterday')
    assert.match(off.awsCli, /aws iam delete-role-permissions-boundary --role-name app/)
    const back = fixed(text, now, { ...inline(READ), permissionsBoundary: managed('wide', READ, LIST) })
    assert.equal(back.does, 'set the permissions boundary of role `app` to `wide` again, as it was in yesterday')
  })

  test('a service control policy that was attached is detached, at its place', () => {
    const full = { name: 'FullAWSAccess', document: document({ Effect: 'Allow', Action: '*', Resource: '*' }) }
    const stop = {
      name: 'stop',
      arn: 'arn:aws:organizations::999988887777:policy/o-7k2m9q4x1z/service_control_policy/p-0abc1234',
      document: document(DENY),
    }
    const levels = (
      ...policies: readonly NonNullable<NonNullable<Scenario['policies']>['identityPolicies']>[number][]
    ) => ({
      ...inline(READ),
      serviceControlPolicies: [{ target: 'ou-7c2d-1a2b3c4d', policies }],
    })
    const { does, awsCli, owner } = fixed(
      TEXT.replace(/because.*/, 'with an explicit deny in a service control policy'),
      levels(full, stop),
      levels(full),
    )
    assert.equal(does, 'detach service control policy `stop` from ou-7c2d-1a2b3c4d, as it was in yesterday')
    assert.match(awsCli, /aws organizations detach-policy --policy-id p-0abc1234 --target-id ou-7c2d-1a2b3c4d/)
    assert.match(owner, /organization management account/)
  })

  test('a user that left a group is put back in it, with all that the group may do', () => {
    const user = 'arn:aws:iam::111122223333:user/ann'
    const group = [
      { ...managed('read-files', READ), group: 'readers' },
      { name: 'list (group readers)', document: document(LIST), group: 'readers' },
    ]
    const { does, patch, awsCli } = fixed(TEXT.replace(ROLE, user), inline({ ...LIST, Sid: 'Own' }), {
      identityPolicies: [...(inline({ ...LIST, Sid: 'Own' })?.identityPolicies ?? []), ...group],
    })
    assert.equal(does, 'put user `ann` back in group `readers`, as it was in yesterday')
    assert.deepEqual(patch, [{ op: 'add', path: '', value: document(READ, LIST) }])
    assert.match(awsCli, /aws iam add-user-to-group --user-name ann --group-name readers/)
  })

  test('a managed policy that the group lost is attached to the group', () => {
    const user = 'arn:aws:iam::111122223333:user/ann'
    const kept = { name: 'list (group readers)', document: document(LIST), group: 'readers' }
    const { does, awsCli, proof } = fixed(
      TEXT.replace(ROLE, user),
      { identityPolicies: [kept] },
      {
        identityPolicies: [kept, { ...managed('read-files', READ), group: 'readers' }],
      },
    )
    assert.equal(does, 'attach managed policy `read-files` to group `readers` again, as it was in yesterday')
    assert.match(awsCli, /aws iam attach-group-policy --group-name readers/)
    // What its other members gain is not compared (R-ADV-01).
    assert.notEqual(proof?.status, 'proved')
  })
})

describe('what the records beside the denial tell of before', () => {
  const record = (eventTime: string, call: string, requestParameters: object) => {
    const [service = '', eventName = ''] = call.split(':')
    return {
      eventVersion: '1.08',
      awsRegion: 'us-east-1',
      eventType: 'AwsApiCall',
      recipientAccountId: '111122223333',
      eventTime,
      eventID: `${eventTime.slice(11, 13)}${eventTime.slice(14, 16)}0000-1111-4111-8111-111111111111`,
      eventSource: `${service}.amazonaws.com`,
      eventName,
      userIdentity: {
        type: 'AssumedRole',
        arn: 'arn:aws:sts::111122223333:assumed-role/platform/kim',
        accountId: '111122223333',
        sessionContext: {
          sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/platform', userName: 'platform' },
        },
      },
      requestParameters,
    }
  }
  const refusal = {
    ...record('2026-05-05T07:00:00Z', 's3:GetObject', { bucketName: 'files', key: 'a.txt' }),
    userIdentity: {
      type: 'AssumedRole',
      arn: ROLE,
      accountId: '111122223333',
      sessionContext: { sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/app', userName: 'app' } },
    },
    errorCode: 'AccessDenied',
    errorMessage: TEXT,
  }
  const put = (time: string, ...statements: readonly unknown[]) =>
    record(time, 'iam:PutRolePolicy', {
      roleName: 'app',
      policyName: 'reader',
      policyDocument: JSON.stringify(document(...statements)),
    })
  const fixedBy = (now: Scenario['policies'], ...records: readonly object[]) =>
    fixed(JSON.stringify({ Records: [...records, refusal] }), now, undefined)

  test('two changes of one policy give its older text', () => {
    const { id, does, patch } = fixedBy(
      inline(LIST),
      put('2026-05-01T09:00:00Z', READ, LIST),
      put('2026-05-04T16:20:00Z', LIST),
    )
    assert.equal(id, 'put-back-identity-policy.exact')
    assert.deepEqual(patch, [{ op: 'add', path: '/Statement/-', value: READ }])
    assert.match(
      does,
      /^put back a statement of `reader` as it was before 2026-05-04 16:20:00Z \(changed by arn:aws:sts::111122223333:assumed-role\/platform\/kim with iam:PutRolePolicy, 2026-05-04 16:20:00Z?\)$/,
    )
  })

  test('of three changes the latest text that allowed it', () => {
    const { does } = fixedBy(
      inline(LIST),
      put('2026-05-01T09:00:00Z', READ, LIST),
      put('2026-05-02T09:00:00Z', { ...LIST, Sid: 'Other' }),
      put('2026-05-04T16:20:00Z', LIST),
    )
    assert.match(does, /as it was before 2026-05-02 09:00:00Z/)
  })

  test('one change alone gives no text, and a change after the denial counts for nothing', () => {
    assert.equal(fixedBy(inline(LIST), put('2026-05-04T16:20:00Z', LIST)).id, 'identity-policy.exact')
    const later = fixedBy(inline(LIST), put('2026-05-05T08:00:00Z', READ), put('2026-05-05T09:00:00Z', LIST))
    assert.equal(later.id, 'identity-policy.exact')
  })

  test('a policy that was deleted comes back with the text of its last change', () => {
    const { patch } = fixedBy(
      { identityPolicies: [] },
      put('2026-05-01T09:00:00Z', READ),
      record('2026-05-04T16:20:00Z', 'iam:DeleteRolePolicy', { roleName: 'app', policyName: 'reader' }),
    )
    assert.deepEqual(patch, [{ op: 'add', path: '', value: document(READ) }])
  })

  describe('a managed policy of which another version was set', () => {
    const ARN = 'arn:aws:iam::111122223333:policy/reader'
    const made = (time: string, versionId: string, setAsDefault: boolean, ...statements: readonly unknown[]) => ({
      ...record(time, 'iam:CreatePolicyVersion', {
        policyArn: ARN,
        setAsDefault,
        policyDocument: JSON.stringify(document(...statements)),
      }),
      responseElements: { policyVersion: { versionId, isDefaultVersion: setAsDefault } },
    })
    const set = (time: string, versionId: string) =>
      record(time, 'iam:SetDefaultPolicyVersion', { policyArn: ARN, versionId })
    const now = (...statements: readonly unknown[]): Scenario['policies'] => ({
      identityPolicies: [{ name: 'reader', arn: ARN, document: document(...statements) }],
    })

    test('has the text that was in force before back', () => {
      const { does, patch } = fixedBy(
        now(LIST),
        made('2026-05-01T09:00:00Z', 'v2', false, LIST),
        made('2026-05-02T09:00:00Z', 'v3', true, READ, LIST),
        set('2026-05-04T16:20:00Z', 'v2'),
      )
      assert.deepEqual(patch, [{ op: 'add', path: '/Statement/-', value: READ }])
      assert.match(
        does,
        /as it was before 2026-05-04 16:20:00Z \(changed by .* with iam:SetDefaultPolicyVersion, 2026-05-04/,
      )
    })

    test('has the text of a version that was set for a while', () => {
      const { does } = fixedBy(
        now(LIST),
        made('2026-05-01T09:00:00Z', 'v2', false, READ, LIST),
        set('2026-05-02T09:00:00Z', 'v2'),
        made('2026-05-04T16:20:00Z', 'v3', true, LIST),
      )
      assert.match(does, /as it was before 2026-05-04 16:20:00Z/)
    })

    test('has none where nobody knows the text, nor that of a version which was never in force', () => {
      const unknown = [set('2026-05-02T09:00:00Z', 'v7'), made('2026-05-04T16:20:00Z', 'v8', true, LIST)]
      const older = made('2026-05-01T09:00:00Z', 'v6', true, READ, LIST)
      assert.doesNotMatch(fixedBy(now(LIST), ...unknown).does, /as it was/)
      assert.doesNotMatch(fixedBy(now(LIST), older, ...unknown).does, /before 2026-05-04/)
      const never = [
        made('2026-05-01T09:00:00Z', 'v2', false, READ, LIST),
        made('2026-05-04T16:20:00Z', 'v3', true, LIST),
      ]
      assert.doesNotMatch(fixedBy(now(LIST), ...never).does, /as it was/)
    })
  })

  test('AWS’s own policy that was detached is attached again', () => {
    const { does } = fixedBy(
      inline(LIST),
      record('2026-05-04T16:20:00Z', 'iam:DetachRolePolicy', {
        roleName: 'app',
        policyArn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
      }),
    )
    assert.match(
      does,
      /^attach managed policy `AmazonS3ReadOnlyAccess` to role `app` again, as it was before 2026-05-04 16:20:00Z \(changed by .*iam:DetachRolePolicy/,
    )
  })

  test('a role of another account, or of another name, is not this one', () => {
    for (const other of [{ roleName: 'app2' }, { roleName: 'app', policyName: 'writer' }]) {
      const first = put('2026-05-01T09:00:00Z', READ, LIST)
      const change = { ...first, requestParameters: { ...first.requestParameters, ...other } }
      assert.equal(fixedBy(inline(LIST), change, put('2026-05-04T16:20:00Z', LIST)).id, 'identity-policy.exact')
    }
  })
})

describe('it is left', () => {
  test('where it was refused then, too', () => {
    const { id } = fixed(TEXT, inline(LIST), inline({ ...LIST, Sid: 'Other' }))
    assert.equal(id, 'identity-policy.exact')
  })

  test('where everything was allowed', () => {
    const { id } = fixed(TEXT, inline(LIST), inline({ Effect: 'Allow', Action: '*', Resource: '*' }, LIST))
    assert.equal(id, 'identity-policy.exact')
  })
})

test('who changed it and when is read off the records beside the denial', () => {
  const record = (more: object) => ({
    eventVersion: '1.08',
    awsRegion: 'us-east-1',
    eventType: 'AwsApiCall',
    recipientAccountId: '111122223333',
    ...more,
  })
  const session = (name: string, role: string) => ({
    type: 'AssumedRole',
    arn: `arn:aws:sts::111122223333:assumed-role/${role}/${name}`,
    accountId: '111122223333',
    sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::111122223333:role/${role}`, userName: role } },
  })
  const text = JSON.stringify({
    Records: [
      record({
        eventTime: '2026-05-04T16:20:00Z',
        eventID: '11111111-1111-4111-8111-111111111111',
        eventSource: 'iam.amazonaws.com',
        eventName: 'PutRolePolicy',
        userIdentity: session('kim', 'platform'),
        requestParameters: { roleName: 'app', policyName: 'reader', policyDocument: JSON.stringify(document(LIST)) },
      }),
      record({
        eventTime: '2026-05-05T07:00:00Z',
        eventID: '22222222-2222-4222-8222-222222222222',
        eventSource: 's3.amazonaws.com',
        eventName: 'GetObject',
        userIdentity: session('run', 'app'),
        errorCode: 'AccessDenied',
        errorMessage: TEXT,
        requestParameters: { bucketName: 'files', key: 'a.txt' },
      }),
    ],
  })
  const { does } = fixed(text, inline(LIST), inline(READ, LIST))
  assert.match(
    does,
    /as it was in yesterday \(changed by arn:aws:sts::111122223333:assumed-role\/platform\/kim with iam:PutRolePolicy, 2026-05-04 16:20:00/,
  )
})
