/** What looks like a denial and is none, or is another system's (R-MSG-31, R-MSG-31a). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenials } from '#intake/read.ts'

const OTHERS: readonly (readonly [note: string, text: string])[] = [
  [
    'throttled',
    'An error occurred (ThrottlingException) when calling the DescribeStacks operation (reached max retries: 4): Rate exceeded',
  ],
  [
    'opt-in-required',
    'An error occurred (OptInRequired) when calling the DescribeInstances operation: You are not subscribed to this service.',
  ],
  [
    'not-found',
    'An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: The specified bucket does not exist',
  ],
  [
    'kubernetes-rbac',
    'Error from server (Forbidden): pods is forbidden: User "ana" cannot list resource "pods" in API group "" in the namespace "web"',
  ],
  [
    'role-chaining-limit',
    'ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  ],
  [
    'role-not-assumable',
    'An error occurred (InvalidParameterValueException) when calling the CreateFunction operation: The role defined for the function cannot be assumed by Lambda.',
  ],
  [
    'account-not-entitled',
    'An error occurred (AccessDeniedException) when calling the InvokeModel operation: Your account is not authorized to invoke this API operation.',
  ],
  [
    'role-lacks-permission',
    'The IAM role role-arn does not give you permission to perform operations in the following AWS service: AmazonAutoScaling. Contact your AWS administrator if you need help.',
  ],
  // https://repost.aws/knowledge-center/eks-troubleshoot-iam-issues
  [
    'kubernetes-sign-in',
    'error: You must be logged in to the server (the server has asked for the client to provide credentials)',
  ],
  // https://repost.aws/knowledge-center/aurora-postgresql-connect-iam
  ['database-sign-in', 'psql: error: FATAL:  PAM authentication failed for user "app"'],
  // https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
  [
    'identity-center-access',
    'An error occurred (ForbiddenException) when calling the GetRoleCredentials operation: No access',
  ],
  [
    'queue-or-access',
    'An error occurred (AWS.SimpleQueueService.NonExistentQueue) when calling the SendMessage operation: The specified queue does not exist or you do not have access to it.',
  ],
  [
    'object-state',
    'An error occurred (InvalidObjectState) when calling the GetObject operation: The operation is not valid for the state of the object',
  ],
]

/** States of a service that come with the code of a denial, or with one that looks like it. */
const STATES: readonly (readonly [note: string, text: string])[] = [
  [
    'account-not-verified',
    'Your account must be verified before you can add new CloudFront resources. To verify your account, please contact AWS Support. (Service: AmazonCloudFront; Status Code: 403; Error Code: AccessDenied; Request ID: 6d470e8b-9fc5-455b-81aa-2814b0a57118)',
  ],
  [
    'account-not-verified',
    'An error occurred (Blocked) when calling the RunInstances operation: This account is currently blocked and not recognized as a valid account.',
  ],
  [
    'account-not-verified',
    'PendingVerification: Your request for accessing resources in this region is being validated, and you will not be able to launch additional resources in this region until the validation is complete.',
  ],
  [
    'not-enabled',
    'An error occurred (AccessDeniedException) when calling the GetCostAndUsage operation: User not enabled for cost explorer access',
  ],
  [
    'not-enabled',
    'An error occurred (AccessDeniedException) when calling the ListFindings operation: Macie is not enabled.',
  ],
  [
    'same-organization',
    'Access denied: Copy job failed. Both source and destination account must be a member of the same organization',
  ],
  ['reserved-name', '[ERROR]AccessDeniedException: No access to reserved parameter name: awsthings.'],
  [
    'reserved-name',
    'An error occurred (InvalidParameterValue) when calling the CreateTags operation: aws: prefixed tag key names are not allowed for external use.',
  ],
  [
    'network',
    'ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: RequestCanceled: request context canceled caused by: context deadline exceeded. Please check your task network configuration.',
  ],
  [
    'cdk-bootstrap',
    "SSM parameter /cdk-bootstrap/hnb659fds/version not found. Has the environment been bootstrapped? Please run 'cdk bootstrap'",
  ],
  [
    'quota',
    'An error occurred (VcpuLimitExceeded) when calling the RunInstances operation: You have requested more vCPU capacity than your current vCPU limit of 8 allows for the instance bucket.',
  ],
  [
    'quota',
    'An error occurred (ServiceQuotaExceededException) when calling the CreateFunction operation: Code storage limit exceeded.',
  ],
]

for (const [note, text] of STATES)
  test(`a state of the service is no denial by a policy: ${note}: ${text.slice(0, 70)}`, () => {
    const { denials } = readDenials(text)
    assert.deepEqual(
      denials.map(({ kind, notes }) => [kind, notes.at(0)?.code]),
      [['other', note]],
    )
  })

const SIGNATURES: readonly (readonly [note: string, text: string])[] = [
  [
    'unsigned-headers',
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>There were headers present in the request which were not signed</Message><HeadersNotSigned>host</HeadersNotSigned><RequestId>E4DDBF5D48703DA2</RequestId></Error>',
  ],
  [
    'signing-region',
    "Credential should be scoped to a valid region, not 'us-west-1'. (Service: AmazonSimpleEmailService; Status Code: 403; Error Code: SignatureDoesNotMatch; Request ID: 1)",
  ],
  [
    'opt-in-region',
    'An error occurred (AuthFailure) when calling the DescribeInstances operation: AWS was not able to validate the provided access credentials',
  ],
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
  [
    'clock',
    'An error occurred (SignatureDoesNotMatch) when calling the GetCallerIdentity operation: Signature expired: 20240101T000000Z is now earlier than 20240101T001000Z (20240101T001500Z - 5 min.)',
  ],
  [
    'clock',
    'An error occurred (InvalidSignatureException) when calling the ListTables operation: Signature not yet current: 20240101T001000Z is still later than 20240101T000500Z (20240101T000000Z + 5 min.)',
  ],
  [
    'token-claims',
    'An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Missing a required claim: aud',
  ],
  [
    'token-claims',
    'An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Incorrect token audience',
  ],
]

for (const [note, text] of SIGNATURES)
  test(`a token or signature that AWS does not accept says what to change: ${note}: ${text.slice(0, 60)}`, () => {
    const { denials } = readDenials(text)
    assert.deepEqual(
      denials.map(({ kind, notes }) => [kind, notes.at(0)?.code]),
      [['aws-authentication', note]],
    )
  })

test('throttling is not taken for a quota', () => {
  const text =
    'An error occurred (RequestLimitExceeded) when calling the DescribeInstances operation: Request limit exceeded.'
  assert.equal(readDenials(text).denials[0]?.notes.at(0)?.code, 'throttled')
})

/** Other clouds that have codes of AWS's names. */
const OTHER_CLOUDS = [
  '[TencentCloudSDKException] code:UnauthorizedOperation message:[request id:1a2b]you are not authorized to perform operation (cvm:StopInstances)\nresource (qcs:id/0:cvm:ap-example:uin/1000:instance/ins-1a2b) has no permission',
  'code:AuthFailure.UnauthorizedOperation ... you are not authorized to perform operation (tke:CreateCluster)',
  '| InvalidAccessKeyId.NotFound | the key is unknown |\n| Forbidden.RAM | RAM does not allow it |',
  'ServiceError: NotAuthorizedOrNotFound: Authorization failed or requested resource not found',
  'com.databricks.sql.acl.UnauthorizedAccessException: PERMISSION_DENIED: User does not have MODIFY on Table `main.sales`.',
]

for (const text of OTHER_CLOUDS)
  test(`another cloud refused, not AWS: ${text.slice(0, 60)}`, () => {
    const { denials } = readDenials(text)
    assert.deepEqual(
      denials.map(({ kind, notes }) => [kind, notes.at(0)?.code]),
      [['other', 'other-system']],
    )
  })

const OF_GOOGLE = [
  'google.api_core.exceptions.Forbidden: 403 Access Denied: Project acme-dev: User does not have permission',
  '$ gsutil cp gs://acme-bucket/a.jpg .\nAccessDeniedException: 403 Insufficient Permission',
  'AccessDeniedException: 403 bot@acme.iam.gserviceaccount.com does not have storage.objects.list access to the Google Cloud Storage bucket.',
]

for (const text of OF_GOOGLE)
  test(`a client of Google Cloud says so in its own form: ${text.slice(0, 50)}`, () => {
    assert.deepEqual(
      readDenials(text).denials.map(({ kind }) => kind),
      ['gcp-permission-denied'],
    )
  })

test('a status behind the name of the exception is the form of gsutil, not of AWS', () => {
  assert.equal(readDenials('AccessDeniedException: 403 You must verify domain ownership').denials[0]?.kind, 'other')
})

for (const [note, text] of OTHERS)
  test(`no IAM diagnosis but its own guide: ${note}: ${text.slice(0, 70)}`, () => {
    const { denials } = readDenials(text)
    assert.deepEqual(
      denials.map(({ kind, action, notes }) => [kind, action, notes.at(0)?.code]),
      [['other', null, note]],
    )
  })

test('Kubernetes RBAC is taken apart', () => {
  const text = OTHERS.find(([note]) => note === 'kubernetes-rbac')?.[1] ?? ''
  assert.deepEqual(readDenials(text).denials[0]?.details, {
    user: 'ana',
    object: 'pods',
    verb: 'list',
    resource: 'pods',
    apiGroup: '',
    namespace: 'web',
  })
})

test('a refused read of an object without a reason says that the object may be missing, and the test that tells', () => {
  const [denial] = readDenials('An error occurred (403) when calling the HeadObject operation: Forbidden').denials
  const note = denial?.notes.find(({ code }) => code === 'possibly-not-found')
  assert.match(note?.text ?? '', /s3:ListBucket.*404/)
  const [stated] = readDenials(
    'User: arn:aws:iam::456789012345:user/ana is not authorized to perform: s3:GetObject with an explicit deny in a session policy',
  ).denials
  assert.deepEqual(stated?.notes, [])
})

test('the one word of API Gateway is a denial only beside a sign of it', () => {
  assert.equal(readDenials('{"message":"Forbidden"}').denials[0]?.kind, 'other')
  const [denial] = readDenials(
    'curl https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/prod\n{"message":"Forbidden"}',
  ).denials
  assert.equal(denial?.kind, 'aws-access-denied')
  assert.deepEqual(
    denial?.notes.map(({ code }) => code),
    ['api-gateway-forbidden'],
  )
})

test('a REST error body of Google Cloud gives permission, resource, status and reason', () => {
  const body = {
    error: {
      code: 403,
      message: "Permission 'storage.objects.get' denied on resource (or it may not exist).",
      status: 'PERMISSION_DENIED',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'IAM_PERMISSION_DENIED',
          domain: 'storage.googleapis.com',
          metadata: { permission: 'storage.objects.get', resource: 'projects/_/buckets/acme' },
        },
      ],
    },
  }
  const [denial] = readDenials(JSON.stringify(body, null, 2)).denials
  assert.equal(denial?.kind, 'gcp-permission-denied')
  assert.equal(denial?.action, 'storage.objects.get')
  assert.equal(denial?.resource, 'projects/_/buckets/acme')
  assert.deepEqual(denial?.details, { policyKind: null, status: 'PERMISSION_DENIED', reason: 'IAM_PERMISSION_DENIED' })
})

test('Google Cloud names the kind of policy where it is none of the roles', () => {
  const kindOf = (text: string) => readDenials(text).denials[0]?.details?.['policyKind']
  assert.equal(
    kindOf(
      '{"error":{"code":412,"message":"Constraint constraints/compute.vmExternalIpAccess violated for project acme.","status":"FAILED_PRECONDITION"}}',
    ),
    'organization-policy',
  )
  assert.equal(
    kindOf(
      '{"error":{"code":403,"message":"Request is prohibited by organization\'s policy. vpcServiceControlsUniqueIdentifier: abc","status":"PERMISSION_DENIED"}}',
    ),
    'vpc-service-controls',
  )
})

const CORS: readonly (readonly [browser: string, text: string, details: Readonly<Record<string, string | null>>])[] = [
  [
    'Chrome',
    "Access to fetch at 'https://api.example.com/x' from origin 'https://app.example.com' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    { origin: 'https://app.example.com', method: null, header: null, failed: 'Access-Control-Allow-Origin' },
  ],
  [
    'Chrome, method',
    "Access to fetch at 'https://api.example.com/x' from origin 'https://app.example.com' has been blocked by CORS policy: Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
    { origin: 'https://app.example.com', method: 'PUT', header: null, failed: 'Access-Control-Allow-Methods' },
  ],
  [
    'Firefox',
    'Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example.com/x. (Reason: header ‘x-api-key’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).',
    { origin: null, method: null, header: 'x-api-key', failed: 'Access-Control-Allow-Headers' },
  ],
  [
    'Safari',
    '[Error] Origin https://app.example.com is not allowed by Access-Control-Allow-Origin. Status code: 403\n[Error] Fetch API cannot load https://api.example.com/x due to access control checks.',
    { origin: 'https://app.example.com', method: null, header: null, failed: 'Access-Control-Allow-Origin' },
  ],
]

for (const [browser, text, details] of CORS)
  test(`a CORS failure in ${browser} gives origin, method, header and what failed`, () => {
    const { denials } = readDenials(text)
    assert.deepEqual(
      denials.map(({ kind, resource }) => [kind, resource]),
      [['cors', 'https://api.example.com/x']],
    )
    assert.deepEqual(denials[0]?.details, details)
  })

const ENTRY = {
  protoPayload: {
    status: { code: 7 },
    authenticationInfo: { principalEmail: 'bot@example.com' },
    authorizationInfo: [
      { permission: 'storage.buckets.get', resource: 'b', granted: true },
      { permission: 'storage.objects.create', resource: 'b/o', granted: false },
    ],
  },
}
const gcp = (value: unknown) =>
  readDenials(JSON.stringify(value)).denials.map(({ kind, principal, action, resource, details }) => [
    kind,
    principal,
    action,
    resource,
    details?.['policyKind'] ?? null,
  ])

test('an entry of Google’s audit log: the permission that was not granted, however long the entry is', () => {
  const want = ['gcp-permission-denied', 'bot@example.com', 'storage.objects.create', 'b/o', null]
  assert.deepEqual(gcp(ENTRY), [want])
  assert.deepEqual(gcp([{ padding: 'x'.repeat(9000), ...ENTRY }]), [want])
})

test('an entry in which nothing was refused, or only in a dry run, is no denial of Google Cloud', () => {
  const payload = ENTRY.protoPayload
  const granted = { ...payload, status: {}, authorizationInfo: payload.authorizationInfo.slice(0, 1) }
  assert.notEqual(gcp({ protoPayload: granted })[0]?.[0], 'gcp-permission-denied')
  const dry = {
    ...payload,
    authorizationInfo: [],
    metadata: { dryRun: true, violationReason: 'NO_MATCHING_ACCESS_LEVEL' },
  }
  assert.notEqual(gcp({ protoPayload: dry })[0]?.[0], 'gcp-permission-denied')
})

test('a service perimeter: by the log entry, and by the bare message', () => {
  const metadata = {
    violationReason: 'RESOURCES_NOT_IN_SAME_SERVICE_PERIMETER',
    vpcServiceControlsUniqueId: 'abc123def',
  }
  const entry = { protoPayload: { ...ENTRY.protoPayload, authorizationInfo: [], resourceName: 'b', metadata } }
  assert.deepEqual(gcp(entry), [['gcp-permission-denied', 'bot@example.com', null, 'b', 'vpc-service-controls']])
  const [bare] = readDenials(
    "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: abc123def",
  ).denials
  assert.deepEqual(bare?.details, { policyKind: 'vpc-service-controls', perimeterId: 'abc123def' })
})

test('sentences that others have as well are AWS’s with its code alone', () => {
  for (const text of [
    "You don't have permissions to access this resource.",
    'Error: Unable to assume role for arn:aws:iam::111122223333:role/x, retrying',
    'The repository does not exist or you do not have access to it.',
  ])
    assert.deepEqual(
      readDenials(text).denials.filter(({ kind }) => kind === 'aws-access-denied'),
      [],
      text,
    )
})

test('a denial in the same log is the answer, not an error beside it that no policy decides (R-EVID-19)', () => {
  const denied = 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied'
  for (const beside of [
    'make_bucket failed: s3://amzn-s3-demo-bucket An error occurred (BucketAlreadyOwnedByYou) when calling the CreateBucket operation: Your previous request to create the named bucket succeeded and you already own it.',
    'Error: It looks like you might be trying to authenticate with OIDC. Did you mean to set the `id-token` permission?',
    'An error occurred (EntityAlreadyExists) when calling the CreateRole operation: Role with name app already exists.',
  ])
    for (const text of [`${beside}\n${denied}`, `${denied}\n${beside}`]) {
      const kinds = readDenials(text).denials.filter(({ kind }) => kind === 'aws-access-denied')
      assert.deepEqual(
        kinds.map(({ action }) => action),
        ['s3:PutObject'],
        text,
      )
    }
})

test('a record of CloudTrail gets the advice that the text of its error gets', () => {
  const record = {
    eventVersion: '1.08',
    userIdentity: { type: 'WebIdentityUser' },
    eventTime: '2026-05-06T07:08:09Z',
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRoleWithWebIdentity',
    awsRegion: 'us-east-1',
    errorCode: 'InvalidIdentityToken',
    errorMessage: 'Incorrect token audience',
    eventType: 'AwsApiCall',
  }
  const adviceIn = (text: string) => readDenials(text).denials.map(({ notes }) => notes.map(({ code }) => code))
  assert.deepEqual(adviceIn(JSON.stringify(record)), [['token-claims']])
  assert.deepEqual(adviceIn('InvalidIdentityToken: Incorrect token audience'), [['token-claims']])
})

test('names the opt-in Region in which AWS does not know an access key', () => {
  const noteIn = (text: string) => readDenials(text).denials[0]?.notes[0]
  const error = 'InvalidClientTokenId: The security token included in the request is invalid.'
  const optIn = noteIn(`done region eu-west-3\nstart region eu-south-1\n${error}`)
  assert.equal(optIn?.code, 'opt-in-region')
  assert.match(optIn.text, /aws account enable-region --region-name eu-south-1/)
  assert.equal(noteIn(`start region eu-south-1\nstart region eu-west-3\n${error}`)?.code, 'access-key')
  assert.equal(noteIn(`start region cn-north-1\n${error}`)?.code, 'access-key')
  assert.equal(
    noteIn(
      'An error occurred (UnrecognizedClientException) when calling the ListFunctions operation: AWS_REGION=me-south-1 The security token included in the request is invalid.',
    )?.code,
    'opt-in-region',
  )
})
