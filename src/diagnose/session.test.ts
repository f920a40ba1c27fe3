import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FailedElement, Step } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import { callEvents } from '#intake/cloudtrail/call-event.ts'
import { readRecord } from '#intake/cloudtrail/read-record.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { diagnose, type DiagnoseOptions } from './diagnose.ts'
import type { Evidence } from './evidence/evidence.ts'
import type { Diagnosis, PolicySource } from './diagnosis.ts'

const A = '111122223333'
const B = '444455556666'
const ROLE = `arn:aws:iam::${A}:role/ci/uploader`
const SESSION = `arn:aws:sts::${A}:assumed-role/uploader/run-7`
const USER = `arn:aws:iam::${A}:user/ann`
const CHAIN = `arn:aws:iam::${A}:role/ops/chain`
const CHAIN_SESSION = `arn:aws:sts::${A}:assumed-role/chain/c1`
const PROVIDER = `arn:aws:iam::${A}:oidc-provider/token.example.com`
const SCOPED = `arn:aws:iam::${A}:policy/scoped`

const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const allow = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
})
const trusts = (Principal: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
  ...more,
})

interface Parts {
  readonly trust?: object
  readonly identity?: object
  readonly user?: object
  readonly roleTags?: readonly object[]
}

const role = (name: string, path: string, trust: object, identity: object, tags: readonly object[] = []) => ({
  RoleName: name,
  RoleId: `AROA${name.toUpperCase()}`,
  Arn: `arn:aws:iam::${A}:role${path}${name}`,
  Path: path,
  AssumeRolePolicyDocument: trust,
  RolePolicyList: [{ PolicyName: 'inline', PolicyDocument: identity }],
  AttachedManagedPolicies: [],
  Tags: tags,
})

function snapshot(parts: Parts = {}): PolicySource {
  const scoped = {
    PolicyName: 'scoped',
    Arn: SCOPED,
    DefaultVersionId: 'v1',
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: document(allow('s3:GetObject')) }],
  }
  const files: Record<string, unknown> = {
    'meta.json': { collectedAt: '2026-04-27T10:00:00Z', tool: 't', coverage: [{ part: '', state: 'complete' }] },
    'organization.json': null,
    [`accounts/${A}/account.json`]: { id: A },
    [`accounts/${A}/authorization-details.json`]: {
      UserDetailList: [
        {
          UserName: 'ann',
          UserId: 'AIDAANN',
          Arn: USER,
          Path: '/',
          GroupList: [],
          AttachedManagedPolicies: [],
          UserPolicyList: [{ PolicyName: 'own', PolicyDocument: parts.user ?? document() }],
          Tags: [],
        },
      ],
      GroupDetailList: [],
      RoleDetailList: [
        role(
          'uploader',
          '/ci/',
          parts.trust ?? document(trusts({ AWS: USER })),
          parts.identity ?? document(allow('s3:PutObject')),
          parts.roleTags,
        ),
        role('chain', '/ops/', document(trusts({ AWS: USER })), document()),
      ],
      Policies: [scoped],
    },
    [`accounts/${A}/resources/s3/artifacts.json`]: {
      arn: 'arn:aws:s3:::artifacts',
      account: A,
      kind: 'bucket',
      policy: null,
      attributes: { objectOwnership: 'BucketOwnerEnforced' },
    },
  }
  return {
    kind: 'snapshot',
    snapshot: readSnapshot(new Map(Object.entries(files).map(([name, value]) => [name, JSON.stringify(value)]))),
  }
}

const userCaller = {
  type: 'IAMUser',
  principalId: 'AIDAANN',
  arn: USER,
  accountId: A,
  userName: 'ann',
  accessKeyId: 'AKIAANN',
}
const chainCaller = (issuer = CHAIN, arn = CHAIN_SESSION) => ({
  type: 'AssumedRole',
  principalId: 'AROACHAIN:c1',
  arn,
  accountId: arn.split(':')[4],
  accessKeyId: 'ASIACHAIN',
  sessionContext: {
    sessionIssuer: { type: 'Role', arn: issuer },
    attributes: { creationDate: '2026-04-27T09:00:00Z', mfaAuthenticated: 'false' },
  },
})

/** The refused upload; the identity policy allows it unless a test says otherwise. */
const upload = (more: object = {}, identity: object = {}) => ({
  eventVersion: '1.11',
  eventTime: '2026-04-27T10:03:00Z',
  eventID: 'e-put',
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.9',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROAUPLOADER:run-7',
    arn: SESSION,
    accountId: A,
    accessKeyId: 'ASIARUN7',
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: ROLE },
      attributes: { creationDate: '2026-04-27T10:02:00Z', mfaAuthenticated: 'false' },
    },
    ...identity,
  },
  requestParameters: { bucketName: 'artifacts', key: 'rel/app.zip' },
  errorCode: 'AccessDenied',
  errorMessage: 'Access Denied',
  ...more,
})

/** The call that made the session. */
const assume = (parameters: object = {}, more: object = {}) => ({
  eventVersion: '1.11',
  eventTime: '2026-04-27T10:02:00Z',
  eventID: 'e-assume',
  eventSource: 'sts.amazonaws.com',
  eventName: 'AssumeRole',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.9',
  userIdentity: userCaller,
  requestParameters: { roleArn: ROLE, roleSessionName: 'run-7', ...parameters },
  responseElements: {
    credentials: { accessKeyId: 'ASIARUN7', sessionToken: 'x' },
    assumedRoleUser: { arn: SESSION, assumedRoleId: 'AROAUPLOADER:run-7' },
  },
  ...more,
})

function run(
  records: readonly object[],
  policySource: PolicySource = snapshot(),
  { sessionPolicies, ...options }: DiagnoseOptions & Pick<Evidence, 'sessionPolicies'> = {},
): Diagnosis {
  const denials = records.flatMap((event) => readRecord(event) ?? [])
  const found = diagnose(
    {
      denials,
      events: callEvents(records),
      policySource,
      ...(sessionPolicies === undefined ? {} : { sessionPolicies }),
    },
    options,
  ).diagnoses.find(({ denial }) => denial.eventId === 'e-put')
  assert.ok(found !== undefined, 'there is a diagnosis')
  return found
}

const denied = (diagnosis: Diagnosis): Step => {
  const [step] = diagnosis.steps
  assert.ok(step !== undefined)
  return step
}
const before = (diagnosis: Diagnosis): readonly Step[] =>
  diagnosis.steps.filter(({ relation }) => relation === 'before')
const assumeStep = (diagnosis: Diagnosis): Step => {
  const [step] = before(diagnosis)
  assert.ok(step !== undefined, 'there is a step before')
  return step
}
/** What stands before a session's call has happened: of a refusal of today only the trace tells. */
const refusedToday = ({ decision, why }: Step): readonly PolicyLayer[] => {
  assert.equal(decision.decision, 'undetermined')
  assert.match(why, /It has happened, but the policies provided would deny it now/)
  return decision.layers.flatMap(({ layer, verdict, counted }) => (counted && verdict.endsWith('-deny') ? [layer] : []))
}
const verdicts = (step: Step, layer: PolicyLayer) =>
  step.decision.layers.flatMap((entry) => (entry.layer === layer ? [entry.verdict] : []))
const failures = (step: Step): readonly FailedElement[] =>
  step.decision.layers.flatMap((entry) =>
    entry.layer === 'resource-policy' ? entry.statements.flatMap(({ failedOn }) => failedOn) : [],
  )
const assumesNoSessionPolicy = (diagnosis: Diagnosis): boolean =>
  diagnosis.assumptions.some(({ fact }) => fact.startsWith('session policies'))

const ONLY_READ = JSON.stringify(document(allow('s3:GetObject')))

describe('session policies', () => {
  it('come from the AssumeRole event that issued the access key (R-CT-05)', () => {
    const got = run([assume({ policy: ONLY_READ }), upload()])
    assert.deepEqual(denied(got).decision.blockedBy, ['session-policy'])
    assert.equal(got.status, 'explained')
    assert.ok(!assumesNoSessionPolicy(got))
  })

  it('come from the event that answered with the session ARN, where the denied record has no access key', () => {
    const got = run([assume({ policy: ONLY_READ }), upload({}, { accessKeyId: undefined })])
    assert.deepEqual(denied(got).decision.blockedBy, ['session-policy'])
  })

  it('are not those of another session of that name, whose access key is another', () => {
    const other = assume(
      { policy: ONLY_READ },
      {
        eventID: 'e-other',
        responseElements: { credentials: { accessKeyId: 'ASIAOTHER' }, assumedRoleUser: { arn: SESSION } },
      },
    )
    const got = run([other, upload()])
    assert.deepEqual(verdicts(denied(got), 'session-policy'), ['not-applicable'])
    assert.ok(assumesNoSessionPolicy(got), 'that there is none is assumed, not shown by that event')
  })

  it('are not those of a session of that name that was made after the denial', () => {
    const later = assume({ policy: ONLY_READ }, { eventID: 'e-later', eventTime: '2026-04-27T11:00:00Z' })
    const got = run([assume(), upload({}, { accessKeyId: undefined }), later])
    assert.ok(!denied(got).decision.blockedBy.includes('session-policy'))
  })

  it('are none where the event is whole and shows none, and nothing needs to be assumed', () => {
    const got = run([assume(), upload()])
    assert.deepEqual(verdicts(denied(got), 'session-policy'), ['not-applicable'])
    assert.ok(!assumesNoSessionPolicy(got))
  })

  it('are not none where the event hides the policy', () => {
    const got = run([assume({ policy: 'HIDDEN_DUE_TO_SECURITY_REASONS' }), upload()])
    assert.deepEqual(verdicts(denied(got), 'session-policy'), ['unknown'])
    assert.notEqual(denied(got).decision.decision, 'allowed')
  })

  it('are assumed to be none, and this is shown, where the event lacks its parameters', () => {
    const got = run([assume({}, { requestParameters: undefined }), upload()])
    assert.ok(assumesNoSessionPolicy(got))
  })

  it('given by the ARN of an AWS managed policy take its document from the data', () => {
    const arn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'
    const managedPolicies = (managedArn: string): unknown =>
      managedArn === arn ? document(allow(['s3:Get*', 's3:List*'])) : undefined
    const got = run([assume({ policyArns: [{ arn }] }), upload()], snapshot(), { managedPolicies })
    assert.deepEqual(denied(got).decision.blockedBy, ['session-policy'])
  })

  it('given by the ARN of an AWS managed policy stay unknown without the data', () => {
    const got = run([assume({ policyArns: [{ arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }] }), upload()])
    assert.deepEqual(verdicts(denied(got), 'session-policy'), ['unknown'])
    assert.equal(denied(got).decision.decision, 'undetermined')
    assert.deepEqual(
      got.causes.map(({ layer, certainty }) => [layer, certainty]),
      [['session-policy', 'certain']],
      'nothing else could have refused it (R-EVID-01)',
    )
  })

  it('given by the ARN of a policy of the account take its document from the snapshot', () => {
    const got = run([assume({ policyArns: [{ arn: SCOPED }] }), upload()])
    assert.deepEqual(denied(got).decision.blockedBy, ['session-policy'])
  })

  it('are those that the user gives, whatever the event shows', () => {
    const sessionPolicies = [{ name: 'given', document: document(allow('s3:PutObject')) }]
    const got = run([assume({ policy: ONLY_READ }), upload()], snapshot(), { sessionPolicies })
    assert.deepEqual(verdicts(denied(got), 'session-policy'), ['allow'])
  })

  it('of a refused AssumeRole are no evidence', () => {
    const refused = assume({ policy: ONLY_READ }, { errorCode: 'AccessDenied', responseElements: null })
    assert.ok(!denied(run([refused, upload()])).decision.blockedBy.includes('session-policy'))
  })
})

describe('session tags', () => {
  const identity = document(allow('s3:PutObject', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } }))
  const trust = document(trusts({ AWS: USER }, { Action: ['sts:AssumeRole', 'sts:TagSession'] }))

  it('passed to AssumeRole are the tags of the denied request (R-CT-05, R-PRIN-06)', () => {
    const got = run([assume({ tags: [{ key: 'team', value: 'blue' }] }), upload()], snapshot({ identity, trust }))
    assert.equal(denied(got).request.principalTags?.['team'], 'blue')
    assert.deepEqual(verdicts(denied(got), 'identity-policy'), ['allow'])
  })

  it('overlay the tags of the role, whose other tags stay (R-PRIN-06)', () => {
    const roleTags = [
      { Key: 'Team', Value: 'red' },
      { Key: 'cost', Value: '7' },
    ]
    const got = run(
      [assume({ tags: [{ key: 'team', value: 'blue' }] }), upload()],
      snapshot({ identity, trust, roleTags }),
    )
    assert.deepEqual(verdicts(denied(got), 'identity-policy'), ['allow'], 'the session wins, and keys ignore case')
    assert.equal(denied(got).request.principalTags?.['cost'], '7')
  })

  it('of a token are shown by the event that lists them, and by no other (R-STS-07)', () => {
    const tagged = (principalTags?: object) => {
      const event = assume(principalTags === undefined ? {} : { principalTags })
      const federated = { ...event, eventName: 'AssumeRoleWithWebIdentity' }
      return run([federated, upload()], snapshot({ identity, trust, roleTags: [{ Key: 'cost', Value: '7' }] }))
    }
    assert.deepEqual(denied(tagged({ team: 'blue' })).request.principalTags, { cost: '7', team: 'blue' })
    assert.equal(denied(tagged()).request.principalTags?.['team'], undefined)
  })

  it('are those of the role alone where the event is whole and passes none', () => {
    const got = run([assume(), upload()], snapshot({ identity, trust, roleTags: [{ Key: 'team', Value: 'red' }] }))
    assert.deepEqual(verdicts(denied(got), 'identity-policy'), ['implicit-deny'])
  })

  it('stay unknown where the trust policy lets callers pass some and no event shows them', () => {
    const got = run([upload()], snapshot({ identity, trust }))
    assert.equal(denied(got).decision.decision, 'undetermined')
    assert.equal(got.status, 'explained', 'the denial says that they were not passed (R-EVID-01)')
    assert.ok(denied(got).decision.missing.some(({ fact }) => fact === 'aws:PrincipalTag/team'))
  })
})

describe('the AssumeRole before the denied request', () => {
  it('is the event: who called, which role, which event', () => {
    const step = assumeStep(run([assume(), upload()]))
    assert.equal(step.request.principal, USER)
    assert.equal(step.request.action, 'sts:AssumeRole')
    assert.equal(step.request.resource, ROLE)
    assert.equal(step.observed, 'e-assume')
    assert.equal(step.decision.decision, 'allowed', 'trust naming the user is enough in one account (R-STS-02)')
  })

  it('stands after the steps of the denied request itself', () => {
    const { steps } = run([assume(), upload()])
    assert.equal(steps.at(0)?.relation, 'denied')
    assert.equal(steps.at(-1)?.relation, 'before')
  })

  it('needs the identity policy of the caller where the trust names the account (R-STS-02)', () => {
    const trust = document(trusts({ AWS: `arn:aws:iam::${A}:root` }))
    const step = assumeStep(run([assume(), upload()], snapshot({ trust })))
    assert.deepEqual(refusedToday(step), ['identity-policy'])
  })

  it('by another role is judged with the path that its issuer shows', () => {
    const trust = document(trusts({ AWS: CHAIN }))
    const step = assumeStep(run([assume({}, { userIdentity: chainCaller() }), upload()], snapshot({ trust })))
    assert.equal(step.request.principal, CHAIN_SESSION)
    assert.equal(step.request.principalDetails?.roleArn, CHAIN)
    assert.equal(step.decision.decision, 'allowed')
  })

  it('by a role of an account outside the snapshot keeps the path of its issuer (R-PRIN-03)', () => {
    const issuer = `arn:aws:iam::${B}:role/ops/chain`
    const trust = document(trusts({ AWS: issuer }))
    const caller = chainCaller(issuer, `arn:aws:sts::${B}:assumed-role/chain/c1`)
    const step = assumeStep(run([assume({}, { userIdentity: caller }), upload()], snapshot({ trust })))
    assert.deepEqual(verdicts(step, 'resource-policy'), ['allow'], 'the trust policy names exactly this role')
    assert.equal(step.decision.decision, 'undetermined', 'what its own account allows is not known (R-STS-03)')
  })

  it('by another role shows what is assumed of that caller', () => {
    const trust = document(trusts({ AWS: `arn:aws:iam::${A}:root` }))
    const got = run([assume({}, { userIdentity: chainCaller() }), upload()], snapshot({ trust }))
    assert.deepEqual(verdicts(assumeStep(got), 'session-policy'), ['not-applicable'])
    assert.ok(assumesNoSessionPolicy(got), 'the event shows the policies of the session made, not those of its caller')
  })

  it('does not take the policies of the session made for policies of its caller', () => {
    const trust = document(trusts({ AWS: CHAIN }))
    const got = run([assume({ policy: ONLY_READ }, { userIdentity: chainCaller() }), upload()], snapshot({ trust }))
    assert.ok(!assumeStep(got).decision.blockedBy.includes('session-policy'))
  })

  it('with a web identity is judged by the trust policy alone, with the claims of the token (R-STS-10)', () => {
    const trust = document(
      trusts(
        { Federated: PROVIDER },
        {
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { 'token.example.com:aud': 'sts.amazonaws.com', 'token.example.com:sub': 'repo:org/app' },
          },
        },
      ),
    )
    const caller = (subject: string) => ({
      type: 'WebIdentityUser',
      principalId: `${PROVIDER}:sts.amazonaws.com:${subject}`,
      userName: subject,
      identityProvider: PROVIDER,
    })
    const web = (subject: string) =>
      assume({}, { eventName: 'AssumeRoleWithWebIdentity', userIdentity: caller(subject) })
    const good = assumeStep(run([web('repo:org/app'), upload()], snapshot({ trust })))
    assert.equal(good.request.action, 'sts:AssumeRoleWithWebIdentity')
    assert.equal(good.request.principal, PROVIDER)
    assert.equal(good.decision.decision, 'allowed')
    const bad = assumeStep(run([web('repo:org/other'), upload()], snapshot({ trust })))
    assert.deepEqual(refusedToday(bad), ['resource-policy'])
    assert.ok(failures(bad).some(({ key, actual }) => key === 'token.example.com:sub' && actual === 'repo:org/other'))
  })

  it('has sts:TagSession as its own step where the call passes tags (R-STS-07)', () => {
    const records = [assume({ tags: [{ key: 'team', value: 'blue' }] }), upload()]
    const steps = before(run(records))
    assert.deepEqual(
      steps.map(({ request, decision, rule }) => [request.action, decision.decision, rule]),
      [
        ['sts:AssumeRole', 'allowed', undefined],
        ['sts:TagSession', 'undetermined', 'R-STS-07'],
      ],
    )
    const trust = document(trusts({ AWS: USER }, { Action: ['sts:AssumeRole', 'sts:TagSession'] }))
    assert.ok(before(run(records, snapshot({ trust }))).every(({ decision }) => decision.decision === 'allowed'))
  })

  it('has sts:SetSourceIdentity as its own step where the call sets one (R-STS-08)', () => {
    const steps = before(run([assume({ sourceIdentity: 'ann' }), upload()]))
    assert.deepEqual(
      steps.map(({ request }) => request.action),
      ['sts:AssumeRole', 'sts:SetSourceIdentity'],
    )
    assert.deepEqual(steps.slice(1).map(refusedToday), [['resource-policy']])
  })

  it('names the external id that the trust policy wants and the one that was sent, or that none was (R-STS-05)', () => {
    const trust = document(trusts({ AWS: USER }, { Condition: { StringEquals: { 'sts:ExternalId': 'want-1' } } }))
    const wrong = assumeStep(run([assume({ externalId: 'sent-2' }), upload()], snapshot({ trust })))
    assert.deepEqual(refusedToday(wrong), ['resource-policy'])
    const [failed] = failures(wrong)
    assert.equal(failed?.key, 'sts:ExternalId')
    assert.deepEqual([failed?.expected].flat(), ['want-1'])
    assert.deepEqual([failed?.actual].flat(), ['sent-2'])
    const absent = assumeStep(run([assume(), upload()], snapshot({ trust })))
    assert.deepEqual(refusedToday(absent), ['resource-policy'])
    assert.equal(failures(absent)[0]?.state, 'absent')
    const right = assumeStep(run([assume({ externalId: 'want-1' }), upload()], snapshot({ trust })))
    assert.equal(right.decision.decision, 'allowed')
  })

  it('fails an MFA condition for a long-term key without a token, and for a role (R-STS-06)', () => {
    const mfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
    const user = assumeStep(run([assume(), upload()], snapshot({ trust: document(trusts({ AWS: USER }, mfa)) })))
    assert.deepEqual(refusedToday(user), ['resource-policy'])
    assert.equal(failures(user)[0]?.key, 'aws:MultiFactorAuthPresent')
    const chained = [assume({}, { userIdentity: chainCaller() }), upload()]
    assert.deepEqual(
      refusedToday(assumeStep(run(chained, snapshot({ trust: document(trusts({ AWS: CHAIN }, mfa)) })))),
      ['resource-policy'],
    )
  })

  it('meets an MFA condition for a user who passed serial number and token, or whose session has MFA (R-STS-06)', () => {
    const trust = document(trusts({ AWS: USER }, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }))
    const session = {
      ...userCaller,
      accessKeyId: 'ASIAANN',
      sessionContext: { attributes: { creationDate: '2026-04-27T09:00:00Z', mfaAuthenticated: 'true' } },
    }
    assert.equal(
      assumeStep(run([assume({}, { userIdentity: session }), upload()], snapshot({ trust }))).decision.decision,
      'allowed',
    )
    const passed = assume({ serialNumber: `arn:aws:iam::${A}:mfa/ann`, tokenCode: 'HIDDEN' })
    assert.notEqual(assumeStep(run([passed, upload()], snapshot({ trust }))).decision.decision, 'denied')
  })

  it('compares the duration that was asked with a condition on it (R-CTX-13)', () => {
    const trust = document(
      trusts({ AWS: USER }, { Condition: { NumericLessThanEquals: { 'sts:DurationSeconds': '3600' } } }),
    )
    const stepFor = (durationSeconds: number) =>
      assumeStep(run([assume({ durationSeconds }), upload()], snapshot({ trust })))
    assert.equal(stepFor(900).decision.decision, 'allowed')
    assert.deepEqual(refusedToday(stepFor(7200)), ['resource-policy'])
  })

  it('without its event is by somebody unknown: neither allowed nor denied, and it says so', () => {
    const step = assumeStep(run([upload()]))
    assert.equal(step.request.principal, 'unknown')
    assert.equal(step.request.action, 'sts:AssumeRole')
    assert.equal(step.request.context?.['sts:RoleSessionName'], 'run-7')
    assert.equal(step.decision.decision, 'undetermined')
    assert.equal(step.observed, undefined)
    assert.match(step.why, /not known/)
  })

  it('without its event is by whom the trust policy lets make sessions: a web identity, SAML, a service', () => {
    const saml = `arn:aws:iam::${A}:saml-provider/okta`
    for (const [Principal, Action, who] of [
      [{ Federated: PROVIDER }, 'sts:AssumeRoleWithWebIdentity', PROVIDER],
      [{ Federated: saml }, 'sts:AssumeRoleWithSAML', saml],
      // Nobody known may be that service.
      [{ Service: 'lambda.amazonaws.com' }, 'sts:AssumeRole', 'unknown'],
    ] as const) {
      const trust = document(trusts(Principal, { Action }))
      const step = assumeStep(run([upload()], snapshot({ trust })))
      assert.deepEqual([step.request.principal, step.request.action], [who, Action])
      assert.notEqual(step.decision.decision, 'denied', who)
    }
  })

  it('is never denied, though the trust policy of today lets nobody in', () => {
    const step = assumeStep(run([upload()], snapshot({ trust: document() })))
    assert.deepEqual(refusedToday(step), ['resource-policy'])
  })

  it('is left out where the role was not collected, whatever is called complete', () => {
    const elsewhere = upload({
      userIdentity: {
        ...chainCaller(`arn:aws:iam::${A}:role/deleted`, `arn:aws:sts::${A}:assumed-role/deleted/s`),
      },
    })
    assert.deepEqual(before(run([elsewhere])), [])
  })

  it('without its event is by the provider that the session shows, with the claims it kept (R-CTX-03)', () => {
    const sub = 'repo:org/app'
    const trust = document(
      trusts(
        { Federated: PROVIDER },
        { Action: 'sts:AssumeRoleWithWebIdentity', Condition: { StringEquals: { 'token.example.com:sub': sub } } },
      ),
    )
    const session = (attributes: object) => ({
      sessionContext: {
        sessionIssuer: { type: 'Role', arn: ROLE },
        webIdFederationData: { federatedProvider: PROVIDER, attributes },
        attributes: { creationDate: '2026-04-27T10:02:00Z', mfaAuthenticated: 'false' },
      },
    })
    const known = assumeStep(run([upload({}, session({ 'token.example.com:sub': sub }))], snapshot({ trust })))
    assert.equal(known.request.principal, PROVIDER)
    assert.deepEqual(verdicts(known, 'resource-policy'), ['allow'])
    const open = assumeStep(run([upload({}, session({}))], snapshot({ trust })))
    assert.deepEqual(verdicts(open, 'resource-policy'), ['unknown'], 'the subject is not shown')
    assert.equal(open.decision.decision, 'undetermined')
  })

  it('is left out for a user, and where the trust policy is not known', () => {
    const byUser = run([upload({ userIdentity: userCaller })])
    assert.deepEqual(before(byUser), [])
    const empty: PolicySource = { kind: 'snapshot', snapshot: readSnapshot(new Map()) }
    assert.deepEqual(before(run([assume(), upload()], empty)), [])
    assert.deepEqual(before(run([assume(), upload()], { kind: 'none' })), [])
  })

  it('never prints an access key or a token', () => {
    const text = JSON.stringify(run([assume({ tags: [{ key: 'team', value: 'blue' }] }), upload()]))
    for (const secret of ['ASIARUN7', 'AKIAANN', 'sessionToken']) assert.ok(!text.includes(secret), secret)
  })
})
