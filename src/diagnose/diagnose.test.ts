import assert from 'node:assert/strict'
import { furtherPolicies } from '#engine/further-policies.ts'
import { describe, it } from 'node:test'
import type { Verdict } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { Scenario } from '#engine/scenario.ts'
import { callEvents } from '#intake/cloudtrail/call-event.ts'
import { readRecord } from '#intake/cloudtrail/read-record.ts'
import type { Denial } from '#intake/denial.ts'
import { readDenials } from '#intake/read.ts'
import { evidenceOf } from '#intake/parse-result.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'
import { diagnose, type DiagnoseOptions } from './diagnose.ts'
import type { Evidence } from './evidence/evidence.ts'
import type { Diagnosis, PolicySource } from './diagnosis.ts'

const A = '111122223333'
const B = '444455556666'
const ROLE = `arn:aws:iam::${A}:role/ci/uploader`
const SESSION = `arn:aws:sts::${A}:assumed-role/uploader/run-7`
const USER = `arn:aws:iam::${A}:user/ann`
const BUCKET = 'arn:aws:s3:::artifacts'
const OBJECT = `${BUCKET}/rel/app.zip`
const KEY = `arn:aws:kms:eu-west-1:${A}:key/k-1`
const IDENTITY_SAYS = `User: ${SESSION} is not authorized to perform: s3:PutObject on resource: "${OBJECT}" because no identity-based policy allows the s3:PutObject action`

const document = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement })
const rule = (Effect: 'Allow' | 'Deny', Action: string, more: object = {}) => ({
  Effect,
  Action,
  Resource: '*',
  ...more,
})
const NOTHING: PolicySource = { kind: 'none' }
const none: PolicySource = NOTHING

interface Parts {
  readonly identity?: object
  readonly trust?: object
  readonly bucketPolicy?: object | null
  readonly bucket?: object
  readonly boundary?: object
  readonly scp?: object
  readonly endpoints?: readonly object[]
  readonly keyPolicy?: object
  readonly owner?: string
}

/** A whole snapshot of one account, or of two where the bucket is another's; every part is complete. */
function snapshot(parts: Parts = {}): PolicySource {
  const owner = parts.owner ?? A
  const boundaryArn = `arn:aws:iam::${A}:policy/edge`
  const files: Record<string, unknown> = {
    'meta.json': { collectedAt: '2026-04-27T10:00:00Z', tool: 't', coverage: [{ part: '', state: 'complete' }] },
    'organization.json': parts.scp === undefined ? null : organization(),
    ...(parts.scp === undefined ? {} : { 'policies/p-guard.json': parts.scp }),
    [`accounts/${A}/account.json`]: { id: A },
    [`accounts/${A}/vpc-endpoints.json`]: { VpcEndpoints: parts.endpoints ?? [] },
    [`accounts/${A}/authorization-details.json`]: {
      UserDetailList: [
        {
          UserName: 'ann',
          UserId: 'AIDAANN',
          Arn: USER,
          Path: '/',
          GroupList: [],
          AttachedManagedPolicies: [],
          UserPolicyList: [],
          Tags: [],
        },
      ],
      GroupDetailList: [],
      RoleDetailList: [
        {
          RoleName: 'uploader',
          RoleId: 'AROAUPLOADER',
          Arn: ROLE,
          Path: '/ci/',
          AssumeRolePolicyDocument:
            parts.trust ?? document({ Effect: 'Allow', Principal: { AWS: USER }, Action: 'sts:AssumeRole' }),
          RolePolicyList: [{ PolicyName: 'inline', PolicyDocument: parts.identity ?? document() }],
          AttachedManagedPolicies: [],
          Tags: [],
          ...(parts.boundary === undefined
            ? {}
            : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundaryArn } }),
        },
      ],
      Policies:
        parts.boundary === undefined
          ? []
          : [
              {
                PolicyName: 'edge',
                Arn: boundaryArn,
                DefaultVersionId: 'v1',
                PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: parts.boundary }],
              },
            ],
    },
    [`accounts/${owner}/resources/s3/artifacts.json`]: {
      arn: BUCKET,
      account: owner,
      kind: 'bucket',
      policy: parts.bucketPolicy ?? null,
      attributes: { objectOwnership: 'BucketOwnerEnforced', ...parts.bucket },
    },
    [`accounts/${A}/resources/kms/k.json`]: {
      arn: KEY,
      account: A,
      kind: 'key',
      policy:
        parts.keyPolicy ?? document(rule('Allow', 'kms:DescribeKey', { Principal: { AWS: `arn:aws:iam::${A}:root` } })),
      attributes: { kmsGrants: [], keyManager: 'CUSTOMER' },
    },
  }
  return {
    kind: 'snapshot',
    snapshot: readSnapshot(new Map(Object.entries(files).map(([name, value]) => [name, JSON.stringify(value)]))),
  }
}

const organization = () => ({
  id: 'o-x',
  managementAccount: '999988887777',
  policies: {
    'p-guard': { name: 'Guard', arn: `arn:aws:organizations::999988887777:policy/o-x/service_control_policy/p-guard` },
  },
  roots: [
    {
      id: 'r-1',
      scps: ['p-FullAWSAccess'],
      rcps: [],
      ous: [],
      accounts: [{ id: A, scps: ['p-FullAWSAccess', 'p-guard'], rcps: [] }],
    },
  ],
})

/** A denied call of the role session as CloudTrail writes it. */
const event = (more: object = {}) => ({
  eventVersion: '1.11',
  eventTime: '2026-04-27T10:03:00Z',
  eventID: 'e-put',
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.9',
  tlsDetails: { tlsVersion: 'TLSv1.3' },
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROAUPLOADER:run-7',
    arn: SESSION,
    accountId: A,
    accessKeyId: 'ASIARUN7',
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: ROLE, accountId: A, userName: 'uploader' },
      attributes: { creationDate: '2026-04-27T10:02:00Z', mfaAuthenticated: 'false' },
    },
  },
  requestParameters: { bucketName: 'artifacts', key: 'rel/app.zip' },
  errorCode: 'AccessDenied',
  errorMessage: IDENTITY_SAYS,
  ...more,
})

function fromRecords(
  records: readonly object[],
  policySource: PolicySource,
  { sessionPolicies, ...options }: DiagnoseOptions & Pick<Evidence, 'sessionPolicies'> = {},
) {
  return diagnose(
    {
      denials: records.flatMap((event) => readRecord(event) ?? []),
      events: callEvents(records),
      policySource,
      ...(sessionPolicies === undefined ? {} : { sessionPolicies }),
    },
    options,
  )
}

const fromText = (
  text: string,
  policySource: PolicySource,
  { sessionPolicies, ...options }: DiagnoseOptions & Pick<Evidence, 'sessionPolicies'> = {},
) =>
  diagnose(
    {
      denials: readDenials(text).denials,
      events: [],
      policySource,
      ...(sessionPolicies === undefined ? {} : { sessionPolicies }),
    },
    options,
  )

function first({ diagnoses }: { readonly diagnoses: readonly Diagnosis[] }): Diagnosis {
  const [diagnosis] = diagnoses
  assert.ok(diagnosis !== undefined, 'there is a diagnosis')
  return diagnosis
}

function denied(diagnosis: Diagnosis) {
  const [step] = diagnosis.steps
  assert.ok(step !== undefined, 'there is a denied step')
  return step
}

const verdicts = (diagnosis: Diagnosis, layer: PolicyLayer): Verdict[] =>
  denied(diagnosis).decision.layers.flatMap((entry) => (entry.layer === layer ? [entry.verdict] : []))

const says = (layer: string, deny: 'no' | 'explicit', more = ''): string =>
  deny === 'no'
    ? `User: ${SESSION} is not authorized to perform: s3:PutObject on resource: "${OBJECT}" because no ${layer} allows the s3:PutObject action${more}`
    : `User: ${SESSION} is not authorized to perform: s3:PutObject on resource: "${OBJECT}" with an explicit deny in ${layer}${more}`

const PUT = document(rule('Allow', 's3:PutObject'))

/** A scenario about the denied call; what is not given is said not to exist. */
const scenario = (policies: Scenario['policies'], request: Partial<Scenario['request']> = {}): PolicySource => ({
  kind: 'scenario',
  scenario: {
    request: { principal: SESSION, action: 's3:PutObject', resource: OBJECT, resourceAccount: A, ...request },
    policies: { complete: true, ...policies },
  },
})

describe('status', () => {
  it('is explained where we find the refusal that AWS reported', () => {
    const got = first(fromRecords([event()], snapshot()))
    assert.equal(got.status, 'explained')
    assert.deepEqual(denied(got).decision.blockedBy, ['identity-policy'])
  })

  it('is contradicted where the policies at hand allow what AWS denied', () => {
    const got = first(fromRecords([event()], snapshot({ identity: PUT })))
    assert.equal(denied(got).decision.decision, 'allowed')
    assert.equal(got.status, 'contradicted')
    assert.match(got.summary, /, but the policies provided allow it: they have changed/)
  })

  it('is contradicted where another layer refuses than the one AWS named', () => {
    const policySource = snapshot({ scp: document(rule('Allow', '*')), identity: document() })
    const got = first(
      fromRecords([event({ errorMessage: says('a service control policy', 'explicit') })], policySource),
    )
    assert.deepEqual(denied(got).decision.blockedBy, ['identity-policy'])
    assert.equal(got.reconciliation.agrees, false)
    assert.equal(got.status, 'contradicted')
    // What AWS says of the layer holds, whatever the policies at hand say (R-EVID-02, R-EVID-04).
    assert.deepEqual(got.causes, [
      { step: 0, layer: 'service-control-policy', denyType: 'explicit', certainty: 'certain', from: ['message'] },
    ])
    assert.match(
      got.summary,
      /the identity policy denies it in the policies provided, and AWS named an explicit deny in the service control policy/,
    )
  })

  it('is contradicted also where the decision is open, if the layer AWS named surely allows (R-NAME-03)', () => {
    const policySource = scenario({
      complete: false,
      identityPolicies: [{ name: 'p', document: PUT }],
      permissionsBoundary: null,
      sessionPolicies: null,
    })
    const got = first(fromRecords([event()], policySource))
    assert.equal(denied(got).decision.decision, 'undetermined', 'SCPs are not known')
    assert.equal(got.reconciliation.agrees, false)
    assert.equal(got.status, 'contradicted')
    assert.match(got.summary, /the identity policy, which AWS named, does not deny it/)
  })

  it('is contradicted where a policy that was given allows it, though others were not, if AWS says that none does', () => {
    const withPolicy = (...rules: readonly object[]): PolicySource =>
      scenario({
        identityPolicies: [{ name: 'p', document: document(...rules) }, furtherPolicies('identity policies')],
      })
    const put = rule('Allow', 's3:PutObject')
    const got = first(fromRecords([event()], withPolicy(put)))
    assert.equal(got.status, 'contradicted')
    assert.match(got.reconciliation.explanation, /have changed since the denial, or the request was different/)
    // Of a Deny that AWS names, policies that were not given may be the cause.
    const denies = first(
      fromRecords([event({ errorMessage: says('an identity-based policy', 'explicit') })], withPolicy(put)),
    )
    assert.notEqual(denies.status, 'contradicted')
    const other = first(fromRecords([event()], withPolicy(rule('Allow', 's3:GetObject'))))
    assert.notEqual(other.status, 'contradicted')
  })

  it('is explained where the decision hangs on a fact that the denial settles (R-EVID-01)', () => {
    const identity = document(
      rule('Allow', 's3:PutObject', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-q' } } }),
    )
    const policySource = scenario({ identityPolicies: [{ name: 'p', document: identity }], complete: true })
    const open = {
      ...policySource,
      scenario: { ...(policySource as { scenario: Scenario }).scenario, organization: {} },
    } as PolicySource
    const got = first(
      fromText(`User: ${SESSION} is not authorized to perform: s3:PutObject on resource: ${OBJECT}`, open),
    )
    assert.equal(got.steps[0]?.decision.decision, 'undetermined')
    assert.equal(got.status, 'explained', 'nothing else could have refused it')
    assert.match(got.summary, /: the role's policy p allows it only if aws:PrincipalOrgID is o-q, but/)
  })

  it('rests on the message alone without a snapshot or a scenario (R-EVID-03)', () => {
    const got = first(fromRecords([event()], none))
    assert.equal(got.status, 'explained')
    assert.equal(got.basis, 'message')
    assert.deepEqual(
      got.causes.map(({ layer, certainty, from }) => [layer, certainty, from]),
      [['identity-policy', 'certain', ['message']]],
    )
  })

  it('has every layer that could apply as unknown without a snapshot or a scenario', () => {
    const got = first(
      fromText(`User: ${SESSION} is not authorized to perform: s3:PutObject on resource: ${OBJECT}`, none),
    )
    for (const layer of [
      'resource-control-policy',
      'service-control-policy',
      'vpc-endpoint-policy',
      'resource-policy',
      'identity-policy',
      'permissions-boundary',
      'session-policy',
    ] as const)
      assert.deepEqual(verdicts(got, layer), ['unknown'], layer)
    assert.equal(got.reconciliation.agrees, null)
  })

  const others: readonly [kind: string, text: string, summary: RegExp, guide: string][] = [
    [
      'an expired token',
      'An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired.',
      /authentication failure/,
      'expired-token',
    ],
    [
      'a denial of Google Cloud',
      'googleapi: Error 403: build@proj.iam.gserviceaccount.com does not have storage.objects.create access to the Google Cloud Storage object., forbidden',
      /Google Cloud, not of AWS/,
      'gcp-permission-denied',
    ],
    [
      'a CORS failure',
      "Access to fetch at 'https://api.example.com/v1' from origin 'https://app.example.com' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
      /cross-origin/,
      'cors',
    ],
    [
      'throttling',
      'An error occurred (ThrottlingException) when calling the GetObject operation: Rate exceeded',
      /not a denial by a policy/,
      'throttling',
    ],
    [
      'a text that is not known',
      'The job was told that it may not go on.',
      /^denytrace found no message of a denied AWS call/,
      'aws-access-denied',
    ],
  ]
  for (const [name, text, summary, guide] of others)
    it(`is not-a-denial for ${name}, with nothing judged`, () => {
      const got = first(fromText(text, snapshot()))
      assert.equal(got.status, 'not-a-denial')
      assert.match(got.summary, summary)
      assert.equal(got.guide, guide)
      assert.deepEqual([got.steps, got.verify, got.whatNotToDo, got.assumptions], [[], [], [], []])
      assert.equal(got.reconciliation.agrees, null)
    })
})

it('the guide of a denial is that of denials, whatever its code', () => {
  for (const code of ['AccessDenied', 'UnauthorizedOperation', 'AccessDeniedException', 'NotSignedUp']) {
    const text = `An error occurred (${code}) when calling the RunInstances operation: User: ${SESSION} is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:us-east-1:${A}:instance/* because no identity-based policy allows the ec2:RunInstances action`
    const { denial, guide } = first(fromText(text, snapshot()))
    assert.deepEqual([denial.kind, guide], ['aws-access-denied', 'aws-access-denied'], code)
  }
})

describe('reconciliation', () => {
  it('agrees where the layer AWS named refuses here, also beside another one', () => {
    const policySource = snapshot({ scp: document(rule('Deny', 's3:*')) })
    const got = first(fromRecords([event()], policySource))
    assert.deepEqual(denied(got).decision.blockedBy, ['service-control-policy', 'identity-policy'])
    assert.equal(got.reconciliation.agrees, true)
    assert.equal(got.status, 'explained')
    assert.match(got.summary, /an SCP at 111122223333, denies it; and no identity policy of role uploader allows it/)
  })

  it('agrees is null where AWS named no layer, and the denial may still be explained', () => {
    const got = first(fromRecords([event({ errorMessage: 'Access Denied' })], snapshot()))
    assert.equal(got.reconciliation.agrees, null)
    assert.equal(got.status, 'explained')
  })

  it('agrees is null where the layer that AWS named is not known here', () => {
    const got = first(fromRecords([event({ errorMessage: says('session policy', 'no') })], snapshot({ identity: PUT })))
    assert.deepEqual(verdicts(got, 'session-policy'), ['unknown'], 'none may not be assumed where AWS names one')
    assert.equal(got.reconciliation.agrees, null)
    assert.equal(got.status, 'explained', 'AWS says that no session policy allows it (R-EVID-03)')
    assert.deepEqual(
      got.causes.map(({ layer, certainty, from }) => [layer, certainty, from]),
      [['session-policy', 'certain', ['message']]],
    )
  })

  it('shows what AWS reported word for word in its fields', () => {
    const arn = 'arn:aws:organizations::999988887777:policy/o-x/service_control_policy/p-guard'
    const policySource = snapshot({ scp: document(rule('Deny', 's3:*')) })
    const got = first(
      fromRecords([event({ errorMessage: says('a service control policy', 'explicit', `: ${arn}`) })], policySource),
    )
    assert.equal(got.reconciliation.reported.policyArn, arn)
    assert.equal(got.reconciliation.agrees, true)
    assert.match(got.reconciliation.explanation, /We agree/)
  })

  it('says so where another policy of the named layer refuses than the one AWS cited', () => {
    const arn = 'arn:aws:organizations::999988887777:policy/o-x/service_control_policy/p-other'
    const policySource = snapshot({ scp: document(rule('Deny', 's3:*')) })
    const got = first(
      fromRecords([event({ errorMessage: says('a service control policy', 'explicit', `: ${arn}`) })], policySource),
    )
    assert.equal(got.reconciliation.agrees, true)
    assert.doesNotMatch(got.reconciliation.explanation, /We agree/)
  })

  it('says so where AWS spoke of an explicit deny and here the layer merely allows nothing', () => {
    const got = first(fromRecords([event({ errorMessage: says('an identity-based policy', 'explicit') })], snapshot()))
    assert.equal(got.reconciliation.agrees, true)
    assert.doesNotMatch(got.reconciliation.explanation, /We agree/)
  })

  it('takes RestrictPublicBuckets for the explicit deny in a resource-based policy that S3 reports (R-MSG-10)', () => {
    const bucketPolicy = document(rule('Allow', 's3:*', { Principal: '*', Resource: `${BUCKET}/*` }))
    const policySource = snapshot({
      owner: B,
      identity: PUT,
      bucketPolicy,
      bucket: { blockPublicAccess: { RestrictPublicBuckets: true } },
    })
    const got = first(fromRecords([event({ errorMessage: says('a resource-based policy', 'explicit') })], policySource))
    assert.deepEqual(denied(got).decision.blockedBy, ['service-guard'])
    assert.equal(got.reconciliation.agrees, true)
    assert.equal(got.status, 'explained')
  })

  const open = (): PolicySource => {
    const guard = document(
      rule('Allow', '*'),
      rule('Deny', 's3:*', { Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }),
    )
    const bucketPolicy = document(
      rule('Deny', 's3:*', { Principal: '*', Condition: { StringNotEquals: { 'aws:UserAgent': 'cli' } } }),
    )
    return {
      kind: 'scenario',
      scenario: {
        request: { principal: SESSION, action: 's3:PutObject', resource: OBJECT, resourceAccount: A },
        policies: {
          complete: true,
          identityPolicies: [{ name: 'p', document: PUT }],
          serviceControlPolicies: [{ target: 'r-1', policies: [{ name: 'guard', document: guard }] }],
          resourcePolicy: { name: 'b', kind: 'bucket', document: bucketPolicy },
        },
        organization: {
          id: 'o-x',
          managementAccount: '999988887777',
          principalPath: 'o-x/r-1/',
          resourcePath: 'o-x/r-1/',
        },
      },
    }
  }

  it('lists the cases of the missing keys under which the request is denied (R-COND-66)', () => {
    const text = `User: ${SESSION} is not authorized to perform: s3:PutObject on resource: ${OBJECT}`
    const got = first(fromText(text, open()))
    assert.equal(got.status, 'undetermined')
    const cases = got.reconciliation.consistentWith?.map(({ when }) => when) ?? []
    assert.ok(cases.length > 0)
    assert.ok(
      cases.every((when) => when['aws:RequestedRegion'] !== 'eu-west-1' || when['aws:UserAgent'] !== 'cli'),
      'the case that is allowed is not consistent with a denial',
    )
    assert.ok(
      cases.some((when) => when['aws:RequestedRegion'] === 'eu-west-1'),
      'the bucket policy alone may refuse',
    )
  })

  it('leaves out the cases in which the layer AWS named does not refuse (R-COND-66)', () => {
    const got = first(fromText(says('a service control policy', 'explicit'), open()))
    const cases = got.reconciliation.consistentWith?.map(({ when }) => when) ?? []
    assert.ok(cases.length > 0)
    for (const when of cases) assert.notEqual(when['aws:RequestedRegion'], 'eu-west-1', JSON.stringify(when))
  })

  it('has no cases where the decision is not open', () => {
    assert.equal(first(fromRecords([event()], snapshot())).reconciliation.consistentWith, undefined)
  })
})

describe('the summary', () => {
  it('names action, resource, the denying statement and what is refused next', () => {
    const identity = document(rule('Allow', '*'), rule('Deny', 's3:PutObject', { Sid: 'NoUploads' }))
    const got = first(
      fromRecords([event({ errorMessage: 'Access Denied' })], snapshot({ identity, bucket: { sseKmsKeyArn: KEY } })),
    )
    assert.match(
      got.summary,
      /can't s3:PutObject on arn:aws:s3:::artifacts\/rel\/app\.zip: policy inline, statement NoUploads, an identity policy of role uploader, denies it/,
    )
    assert.match(
      got.summary,
      /Next: kms:GenerateDataKey on arn:aws:kms:eu-west-1:111122223333:key\/k-1 will be denied too, by the key policy\.$/,
    )
  })

  it('says what the evidence lacks, where it does not say who or what', () => {
    const got = first(
      fromText('An error occurred (AccessDenied) when calling the PutObject operation: Access Denied', snapshot()),
    )
    assert.equal(got.status, 'undetermined')
    assert.match(got.summary, /lacks the principal/)
    assert.deepEqual(got.steps, [])
  })
})

describe('the request', () => {
  it('keeps an unknown resource unknown, and never takes `*` for it (R-REQ-05)', () => {
    const identity = document(rule('Allow', 's3:PutObject'))
    const got = first(fromText(`User: ${SESSION} is not authorized to perform: s3:PutObject`, snapshot({ identity })))
    assert.equal(denied(got).request.resource, null)
    assert.match(got.summary, /can't s3:PutObject\. /)
  })

  it('is told by what it may have been where the evidence leaves that open', () => {
    const text =
      'java.nio.file.AccessDeniedException: s3a://bucket/a: getFileStatus on s3a://bucket/a: com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403; Error Code: 403 Forbidden; Request ID: ABCDEF1234567890)'
    const got = first(fromText(text, { kind: 'none' }))
    assert.match(got.summary, /^someone can't s3:GetObject or s3:ListBucket\. /)
    assert.equal(got.reconciliation.explanation, 'The evidence does not say who asked, for which action and on what.')
  })

  it('takes from a scenario what the denial does not say', () => {
    const policySource = scenario({}, { context: { 'aws:RequestedRegion': 'eu-west-1' } })
    const got = first(
      fromText('An error occurred (AccessDenied) when calling the PutObject operation: Access Denied', policySource),
    )
    const { request } = denied(got)
    assert.equal(request.principal, SESSION)
    assert.equal(request.action, 's3:PutObject')
    assert.equal(request.resource, OBJECT)
    assert.equal(request.resourceAccount, A)
    assert.equal(request.context?.['aws:RequestedRegion'], 'eu-west-1')
    assert.equal(got.status, 'explained')
  })

  it('keeps what the denial says against the scenario', () => {
    const policySource = scenario(
      {},
      { action: 's3:GetObject', resource: `${BUCKET}/other`, context: { 'aws:SourceIp': '198.51.100.1' } },
    )
    const { request } = denied(first(fromRecords([event()], policySource)))
    assert.equal(request.action, 's3:PutObject')
    assert.equal(request.resource, OBJECT)
    assert.equal(request.context?.['aws:SourceIp'], '203.0.113.9')
  })

  it('keeps what the denial says of a condition key however the scenario spells it (R-CTX-01)', () => {
    const policySource = scenario({}, { context: { 'AWS:sourceip': '198.51.100.1' } })
    const { context = {} } = denied(first(fromRecords([event()], policySource))).request
    const values = Object.entries(context).flatMap(([key, value]) =>
      key.toLowerCase() === 'aws:sourceip' ? [value] : [],
    )
    assert.deepEqual(values, ['203.0.113.9'])
  })

  it('does not lend the denied principal the role, the id and the tags of another one in the scenario', () => {
    const policySource = scenario(
      {},
      {
        principal: `arn:aws:sts::${A}:assumed-role/admin/x`,
        principalDetails: { roleArn: `arn:aws:iam::${A}:role/ops/admin`, userId: 'AROAADMIN:x' },
        principalTags: { team: 'ops' },
      },
    )
    const { request } = denied(first(fromText(IDENTITY_SAYS, policySource)))
    assert.equal(request.principal, SESSION)
    assert.equal(request.principalDetails?.roleArn, undefined)
    assert.equal(request.principalDetails?.userId, undefined)
    assert.equal(request.principalTags, undefined)
  })

  it('does not lend the denied resource the account of another one in the scenario', () => {
    const policySource = scenario({}, { resource: 'arn:aws:s3:::elsewhere/x', resourceAccount: B })
    assert.equal(denied(first(fromText(IDENTITY_SAYS, policySource))).request.resourceAccount, undefined)
  })

  it('leaves the path of a role open that the record shows without issuer (R-PRIN-03, R-PRIN-04)', () => {
    const identity = document(rule('Allow', 's3:PutObject', { Condition: { ArnEquals: { 'aws:PrincipalArn': ROLE } } }))
    const record = event({
      userIdentity: { type: 'AssumedRole', arn: SESSION, accountId: A },
      errorMessage: 'Access Denied',
    })
    const got = first(fromRecords([record], scenario({ identityPolicies: [{ name: 'p', document: identity }] })))
    assert.equal(denied(got).decision.decision, 'undetermined', 'the role may well be the one of that path')
  })

  it('takes the path of the role from the issuer', () => {
    const identity = document(rule('Allow', 's3:PutObject', { Condition: { ArnEquals: { 'aws:PrincipalArn': ROLE } } }))
    const got = first(fromRecords([event()], scenario({ identityPolicies: [{ name: 'p', document: identity }] })))
    assert.equal(denied(got).request.principalDetails?.roleArn, ROLE)
    assert.equal(denied(got).decision.decision, 'allowed')
  })

  it('takes the parent user of a federated-user session from the record (R-PRIN-10)', () => {
    const record = event({
      errorMessage: 'Access Denied',
      userIdentity: {
        type: 'FederatedUser',
        principalId: `${A}:bob`,
        arn: `arn:aws:sts::${A}:federated-user/bob`,
        accountId: A,
        sessionContext: { sessionIssuer: { type: 'IAMUser', arn: USER, accountId: A, userName: 'ann' } },
      },
    })
    const got = first(fromRecords([record], snapshot()))
    assert.equal(denied(got).request.principalDetails?.federatedBy, USER)
    assert.deepEqual(verdicts(got, 'identity-policy'), ['implicit-deny'], 'the user ann has no policy')
  })

  it('says in the denied step where the action comes from, and which event it is', () => {
    const stated = denied(first(fromRecords([event()], snapshot())))
    const mapped = denied(first(fromRecords([event({ errorMessage: 'Access Denied' })], snapshot())))
    assert.equal(stated.observed, 'e-put')
    assert.match(stated.why, /stated/)
    assert.match(mapped.why, /name of the API call/)
  })
})

describe('a call that needs several authorizations', () => {
  const copy = event({
    eventName: 'CopyObject',
    errorMessage: 'Access Denied',
    requestParameters: { bucketName: 'artifacts', key: 'rel/app.zip', 'x-amz-copy-source': 'artifacts/src/app.zip' },
  })

  it('never judges an action on the resource of another action of the call (R-CT-25)', () => {
    const { denial, steps } = first(fromRecords([copy], snapshot()))
    assert.ok(denial.candidates.length > 1)
    for (const { request } of steps.filter((step) => step.relation !== 'before'))
      for (const resource of [request.resource].flat())
        assert.ok(
          denial.candidates.some((candidate) => candidate.action === request.action && candidate.resource === resource),
          `${request.action} on ${resource}`,
        )
  })

  it('is explained by the one that is refused, where the first is allowed', () => {
    const identity = document(rule('Allow', 's3:PutObject'))
    const got = first(fromRecords([copy], snapshot({ identity })))
    assert.notEqual(got.status, 'contradicted', 's3:GetObject on the source is refused, as AWS said')
    assert.ok(
      got.steps.some(({ request, decision }) => request.action === 's3:GetObject' && decision.decision === 'denied'),
    )
  })

  it('writes the copy as well, where its source is refused (G-04)', () => {
    const source = `${BUCKET}/src/app.zip`
    const errorMessage = `User: ${SESSION} is not authorized to perform: s3:GetObject on resource: "${source}" because no identity-based policy allows the s3:GetObject action`
    const { steps } = first(
      fromRecords([{ ...copy, errorMessage }], snapshot({ identity: document(rule('Allow', 'sqs:*')) })),
    )
    const requested = steps
      .filter((step) => step.relation !== 'before')
      .map(({ request }) => [request.action, request.resource])
    assert.deepEqual(requested.slice(0, 2), [
      ['s3:GetObject', source],
      ['s3:PutObject', `${BUCKET}/rel/app.zip`],
    ])
    assert.equal(steps[1]?.decision.decision, 'denied')
  })

  it('does not judge one action on the resources of all, where the denial names no action', () => {
    const base = first(fromText(IDENTITY_SAYS, none)).denial
    const denial: Denial = {
      ...base,
      action: null,
      resource: null,
      candidates: [
        { action: 's3:GetObject', resource: `${BUCKET}/src` },
        { action: 's3:PutObject', resource: OBJECT },
      ],
    }
    const got = first(diagnose({ denials: [denial], events: [], policySource: snapshot() }))
    const { action, resource } = denied(got).request
    assert.ok(
      denial.candidates.some((candidate) => candidate.action === action && candidate.resource === resource),
      `${action} on ${String(resource)}`,
    )
    assert.ok(
      got.assumptions.some(({ fact }) => fact === 'resource' || fact === 'action'),
      'the choice is shown',
    )
  })

  it('says nothing of the resource of the choice, where nothing is known of it', () => {
    const base = first(fromText(IDENTITY_SAYS, none)).denial
    const candidates = ['s3:GetObject', 's3:PutObject'].map((action) => ({ action, resource: null }))
    const denial: Denial = { ...base, action: null, resource: null, candidates }
    const { assumptions } = first(diagnose({ denials: [denial], events: [], policySource: snapshot() }))
    assert.ok(assumptions.some(({ fact, value }) => fact === 'action' && value === 's3:GetObject'))
    assert.ok(assumptions.every(({ value }) => !String(value).includes('null')))
  })
})

describe('assumptions', () => {
  const facts = (diagnosis: Diagnosis): string[] => diagnosis.assumptions.map(({ fact }) => fact)
  const bare = `User: ${SESSION} is not authorized to perform: s3:PutObject on resource: ${OBJECT}`

  it('are no session policy, no VPC endpoint and no ABAC, each with what changes if it is wrong', () => {
    const partial = scenario({ complete: false, identityPolicies: [{ name: 'p', document: document() }] })
    const got = first(fromText(bare, partial))
    assert.ok(facts(got).includes('session policies'))
    assert.ok(facts(got).includes('VPC endpoint'))
    assert.ok(facts(got).some((fact) => fact.startsWith('attribute-based access control')))
    for (const assumption of got.assumptions)
      for (const text of [assumption.value, assumption.from, assumption.ifWrong]) assert.notEqual(text, '')
    assert.deepEqual(verdicts(got, 'session-policy'), ['not-applicable'])
    assert.deepEqual(verdicts(got, 'vpc-endpoint-policy'), ['not-applicable'])
  })

  it('take a denial of an API that names an IAM principal for one under IAM authorization (R-OTH-02)', () => {
    const api = `arn:aws:execute-api:eu-west-1:${A}:abc/prod/GET/pets`
    const text = `User: ${SESSION} is not authorized to perform: execute-api:Invoke on resource: ${api}`
    const none = { serviceControlPolicies: null, resourceControlPolicies: null, permissionsBoundary: null }
    const identityPolicies = [{ name: 'p', document: document(rule('Allow', 's3:*')) }]
    const got = first(fromText(text, scenario({ ...none, complete: false, resourcePolicy: null, identityPolicies })))
    assert.ok(facts(got).includes('authType'))
    assert.deepEqual(denied(got).decision.blockedBy, ['identity-policy'])
    assert.equal(denied(got).decision.decision, 'denied')
  })

  it('hold no session policy only for role sessions', () => {
    const got = first(fromText(bare.replace(SESSION, USER), scenario({ complete: false })))
    assert.ok(!facts(got).includes('session policies'))
  })

  it('do not rule out a session policy that AWS named', () => {
    const got = first(fromText(says('a session policy', 'explicit'), snapshot({ identity: PUT })))
    assert.ok(!facts(got).includes('session policies'))
    assert.deepEqual(verdicts(got, 'session-policy'), ['unknown'])
  })

  it('do not rule out a VPC endpoint whose policy AWS named', () => {
    const got = first(fromText(says('VPC endpoint policy', 'no'), snapshot({ identity: PUT })))
    assert.ok(!facts(got).includes('VPC endpoint'))
    assert.deepEqual(verdicts(got, 'vpc-endpoint-policy'), ['unknown'])
    assert.equal(got.reconciliation.agrees, null)
  })

  it('do not rule out a VPC endpoint that the event shows', () => {
    const endpoint = {
      VpcEndpointId: 'vpce-1',
      VpcId: 'vpc-1',
      VpcEndpointType: 'Gateway',
      OwnerId: A,
      PolicyDocument: JSON.stringify(document(rule('Allow', 's3:GetObject', { Principal: '*' }))),
    }
    const record = event({ vpcEndpointId: 'vpce-1', sourceIPAddress: '10.0.0.5', errorMessage: 'Access Denied' })
    const got = first(fromRecords([record], snapshot({ identity: PUT, endpoints: [endpoint] })))
    assert.ok(!facts(got).includes('VPC endpoint'))
    assert.deepEqual(denied(got).decision.blockedBy, ['vpc-endpoint-policy'])
  })

  it('do not rule out the VPC endpoint whose policy the scenario gives', () => {
    const vpcEndpointPolicy = { name: 'e', document: document(rule('Deny', 's3:*', { Principal: '*' })) }
    const got = first(fromText(bare, scenario({ identityPolicies: [{ name: 'p', document: PUT }], vpcEndpointPolicy })))
    assert.notEqual(denied(got).decision.decision, 'allowed', 'the policy that is given denies')
    assert.ok(!facts(got).includes('VPC endpoint'))
  })

  it('are not needed where the scenario is complete in policies and context', () => {
    const got = first(fromText(bare, scenario({}, { contextComplete: true })))
    assert.deepEqual(facts(got), [])
  })

  it('are made where the scenario asks nothing itself, or only a part', () => {
    const policies = { complete: true, identityPolicies: [{ name: 'p', document: document(rule('Deny', 's3:*')) }] }
    for (const request of [undefined, {}, { resourceAccount: A }]) {
      const subject = { kind: 'scenario', scenario: { ...(request === undefined ? {} : { request }), policies } }
      const got = first(fromText(bare, subject as PolicySource))
      assert.equal(got.status, 'explained')
      assert.ok(denied(got).decision.blockedBy.includes('identity-policy'))
    }
  })

  it('show what the snapshot filled in, with the file', () => {
    const got = first(fromText(IDENTITY_SAYS, snapshot()))
    const role = got.assumptions.find(({ fact }) => fact === 'principalDetails.roleArn')
    assert.equal(role?.value, ROLE)
    assert.equal(role?.from, `accounts/${A}/authorization-details.json`)
    assert.equal(got.assumptions.find(({ fact }) => fact === 'resourceAccount')?.value, A)
  })

  it('are left out where the user gives the session policies', () => {
    const sessionPolicies = [{ name: 's', document: document(rule('Allow', 's3:GetObject')) }]
    const got = first(fromText(bare, snapshot({ identity: PUT }), { sessionPolicies }))
    assert.ok(!facts(got).includes('session policies'))
    assert.deepEqual(denied(got).decision.blockedBy, ['session-policy'])
    assert.equal(got.status, 'explained')
  })
})

describe('steps', () => {
  const kms = (more: object = {}) =>
    event({
      eventID: 'e-kms',
      eventTime: '2026-04-27T10:05:00Z',
      eventSource: 'kms.amazonaws.com',
      eventName: 'GenerateDataKey',
      requestParameters: { keyId: KEY },
      resources: [{ ARN: KEY, accountId: A }],
      errorMessage: `User: ${SESSION} is not authorized to perform: kms:GenerateDataKey on resource: ${KEY} because no resource-based policy allows the kms:GenerateDataKey action`,
      ...more,
    })

  it('are the denied request, what the call needs next, and the AssumeRole before it, in this order', () => {
    const got = first(fromRecords([event()], snapshot({ bucket: { sseKmsKeyArn: KEY } })))
    assert.deepEqual(
      got.steps.map(({ relation, request }) => [relation, request.action]),
      [
        ['denied', 's3:PutObject'],
        ['next', 'kms:GenerateDataKey'],
        ['before', 'sts:AssumeRole'],
      ],
    )
    const [, next] = got.steps
    assert.equal(next?.request.resource, KEY)
    assert.equal(next?.rule, 'G-01')
    assert.equal(next?.decision.decision, 'denied')
    assert.deepEqual(
      next?.decision.blockedBy,
      ['resource-policy'],
      'the key policy neither allows nor delegates (R-KMS-01)',
    )
    assert.equal(next?.request.context?.['kms:ViaService'], 's3.eu-west-1.amazonaws.com')
  })

  it('show the event of another denial that is the predicted next request', () => {
    const { diagnoses } = fromRecords([event(), kms()], snapshot({ bucket: { sseKmsKeyArn: KEY } }))
    assert.equal(diagnoses[0]?.steps[1]?.observed, 'e-kms')
    assert.equal(diagnoses[1]?.status, 'explained')
    assert.equal(diagnoses[1]?.reconciliation.agrees, true)
  })

  it('do not take the denial of another key, or of another caller, for the predicted next request', () => {
    const other = KEY.replace('k-1', 'k-2')
    const elsewhere = kms({
      resources: [{ ARN: other }],
      requestParameters: { keyId: other },
      errorMessage: kms().errorMessage.replaceAll(KEY, other),
    })
    const stranger = kms({
      userIdentity: { type: 'IAMUser', arn: USER, accountId: A, accessKeyId: 'AKIAANN' },
      errorMessage: 'x is not authorized',
    })
    const { diagnoses } = fromRecords([event(), elsewhere, stranger], snapshot({ bucket: { sseKmsKeyArn: KEY } }))
    assert.equal(diagnoses[0]?.steps[1]?.observed, undefined)
  })

  it('foretell no next request for a bucket without a key', () => {
    const got = first(fromRecords([event()], snapshot()))
    assert.ok(got.steps.every(({ relation }) => relation !== 'next'))
  })

  it('hold the next request against the session policies of the evidence as well', () => {
    const keyPolicy = document(rule('Allow', 'kms:*', { Principal: { AWS: `arn:aws:iam::${A}:root` } }))
    const identity = document(rule('Allow', 's3:*'), rule('Allow', 'kms:*'))
    const sessionPolicies = [{ name: 's', document: document(rule('Allow', 's3:*')) }]
    const policySource = snapshot({ identity, keyPolicy, bucket: { sseKmsKeyArn: KEY } })
    const got = first(fromRecords([event({ errorMessage: 'Access Denied' })], policySource, { sessionPolicies }))
    // The upload itself is allowed: the denial is that of the key, in the words of the call (R-HOP-01).
    assert.deepEqual(denied(got).decision.blockedBy, ['session-policy'])
    assert.deepEqual(got.steps.map(({ request, decision }) => `${request.action} ${decision.decision}`).slice(0, 2), [
      'kms:GenerateDataKey denied',
      's3:PutObject allowed',
    ])
  })
})

describe('an action without resource types (R-REQ-03)', () => {
  it('is asked of `*`, though the message names no resource', () => {
    const text = `User: ${SESSION} is not authorized to perform: iam:ListUsers`
    const [found] = diagnose({ ...evidenceOf(readDenials(text)), policySource: snapshot() }).diagnoses
    assert.equal(found?.denial.resource, null)
    assert.equal(found.steps[0]?.request.resource, '*')
    assert.deepEqual(found.steps[0].decision.blockedBy, ['identity-policy'])
  })
})

describe('an action that nobody knows (R-ACT-05)', () => {
  const text = (action: string) =>
    `User: ${SESSION} is not authorized to perform: ${action} on resource: arn:aws:s3:::b/k because no identity-based policy allows the ${action} action`

  it('is taken to exist since AWS names it, and that is told with the nearest name', () => {
    const [found] = diagnose({ ...evidenceOf(readDenials(text('s3:PutObjct'))), policySource: snapshot() }).diagnoses
    const assumed = found?.assumptions.find(({ fact }) => fact === 'action')
    assert.equal(assumed?.value, 's3:PutObjct')
    assert.match(assumed?.from ?? '', /the nearest is `s3:PutObject`/)
    assert.equal(found?.steps[0]?.request.actionExists, true)
  })

  it('is not looked for where the action is known', () => {
    const [found] = diagnose({ ...evidenceOf(readDenials(text('s3:PutObject'))), policySource: snapshot() }).diagnoses
    assert.equal(found?.steps[0]?.request.actionExists, undefined)
    assert.ok(found?.assumptions.every(({ fact }) => fact !== 'action'))
  })
})

describe('a refusal by KMS behind a call that the text does not name (R-MSG-33)', () => {
  const secret = `arn:aws:secretsmanager:eu-west-1:${A}:secret:db-a1B2c3`
  const kmsKeyArn = `arn:aws:kms:eu-west-1:${A}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
  const deniedWith = (request: object, resources: readonly object[]) => {
    const identityPolicies = [
      { name: 'p', document: document({ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secret }) },
    ]
    const held = {
      request: { principal: SESSION, resource: secret, ...request },
      policies: { identityPolicies },
      resources,
    }
    const source = { kind: 'scenario', scenario: held } as unknown as PolicySource
    return denied(first(fromText('AccessDeniedException: Access to KMS is not allowed', source))).request
  }
  const action = 'secretsmanager:GetSecretValue'

  it('is of the key of what the scenario says was asked for', () => {
    const request = deniedWith({ action }, [{ arn: secret, account: A, attributes: { kmsKeyArn } }])
    assert.deepEqual([request.action, request.resource], ['kms:Decrypt', kmsKeyArn])
    assert.equal(request.context?.['kms:ViaService'], 'secretsmanager.eu-west-1.amazonaws.com')
  })

  it('is never on the resource of the call itself', () => {
    for (const request of [deniedWith({ action }, []), deniedWith({}, [])]) {
      assert.equal(request.action, 'kms:Decrypt')
      assert.notEqual(request.resource, secret)
    }
  })
})
