/** Denials of which AWS says a part: who refuses and not on what, two things in one breath, or that nobody called. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { noFixWords } from '#answer/no-fix-words.ts'

const diagnosisOf = (text: string) => {
  const [diagnosis] = diagnoseEvidence(rawEvidence(text)).diagnoses
  assert.ok(diagnosis)
  return diagnosis
}
const draftOf = (text: string) => diagnosisOf(text).fixes[0]?.changes[0]
const statementOf = (text: string) => JSON.stringify(draftOf(text)?.patch.map((step) => 'value' in step && step.value))
const APP = 'User: arn:aws:sts::111122223333:assumed-role/app/run is not authorized to perform:'

describe('a key that is not there, or that its policy refuses (R-MSG-12)', () => {
  const text = `An error occurred (AccessDeniedException) when calling the Decrypt operation: ${APP} kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`

  it('is most likely the key policy, and no policy of the caller', () => {
    const { causes, usualCauses } = diagnosisOf(text)
    assert.deepEqual(
      causes.map(({ layer, certainty }) => [layer, certainty]),
      [['resource-policy', 'likely']],
    )
    assert.deepEqual(
      usualCauses?.map(({ layer, tell }) => [layer, tell.split(' ').slice(0, 3).join(' ')]),
      [
        ['resource-policy', 'aws kms get-key-policy'],
        [null, 'aws kms describe-key'],
      ],
    )
  })

  it('is a key of an account that nobody names', () => {
    assert.equal(draftOf(text)?.owner, 'account ACCOUNT_ID')
    assert.match(
      statementOf(text),
      /"Principal":\{"AWS":"arn:aws:iam::111122223333:role\/app"\},"Action":"kms:Decrypt"/,
    )
  })
})

describe('a resource policy that does not allow, of what is not named', () => {
  it('gets the statement for the form of its ARN, in an account that is to be written in', () => {
    const text = `{"Message":"${APP} es:ESHttpPost because no resource-based policy allows the es:ESHttpPost action"}`
    assert.equal(draftOf(text)?.policy, 'resource policy of DOMAIN_NAME')
    assert.match(statementOf(text), /"Resource":"arn:aws:es:REGION:ACCOUNT_ID:domain\/DOMAIN_NAME\/\*"/)
  })

  it('of a domain is looked for by its name, whatever was asked in it', () => {
    const text = `${APP} es:ESHttpGet on resource: arn:aws:es:us-east-1:111122223333:domain/logs/index/_search with an explicit deny in a resource-based policy`
    const [look] = diagnosisOf(text).usualCauses ?? []
    assert.match(look?.tell ?? '', /--domain-name logs --region us-east-1$/)
    const [simulated, ...others] = diagnosisOf(`${APP} es:ESHttpPost on resource: logs`).usualCauses ?? []
    assert.match(simulated?.tell ?? '', /--resource-arns ARN /)
    assert.ok(others.some(({ tell }) => tell.endsWith('--domain-name logs')))
  })
})

describe('words that name no resource', () => {
  it('are no name of one', () => {
    const text =
      'An error occurred (AccessDeniedException) when calling the StartQueryExecution operation: You are not authorized to perform: athena:StartQueryExecution on the resource. After your AWS administrator or you have updated your permissions, please try again.'
    assert.equal(diagnosisOf(text).denial.resourceText ?? null, null)
    assert.match(statementOf(text), /workgroup\/WORK_GROUP_NAME"/)
  })
})

describe('a call that nobody signed', () => {
  it('has no policies of a caller to look at', () => {
    const text =
      '{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********1234:a1b2c3d4e5/prod/GET/orders"}'
    assert.deepEqual(
      diagnosisOf(text).usualCauses?.map(({ layer, tell }) => [layer, tell]),
      [
        [null, 'aws sts get-caller-identity'],
        [
          'resource-policy',
          'aws apigateway get-rest-api --query policy --output text --rest-api-id a1b2c3d4e5 --region us-east-1',
        ],
      ],
    )
  })
})

describe('a Deny that refuses nobody’s call', () => {
  const text =
    '{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********1234:a1b2c3d4e5/prod/GET/orders with an explicit deny"}'

  it('stands in the policy of the API, whoever signs the request', () => {
    const diagnosis = diagnosisOf(text)
    assert.deepEqual(
      diagnosis.usualCauses?.map(({ layer }) => layer),
      ['resource-policy'],
    )
    assert.equal(noFixWords(diagnosis)?.why, 'the policy that denies it was not provided')
  })
})

describe('an operation of Organizations (API_ListAccounts)', () => {
  const text =
    "An error occurred (AccessDeniedException) when calling the ListAccounts operation: You don't have permissions to access this resource."

  it('is mostly refused for its account, which no statement of the caller’s changes', () => {
    const { denial, usualCauses, fixes } = diagnosisOf(text)
    assert.equal(denial.action, 'organizations:ListAccounts')
    assert.deepEqual(
      [usualCauses?.[0]?.layer, usualCauses?.[0]?.tell],
      [null, 'aws organizations describe-organization --query Organization.MasterAccountId'],
    )
    assert.deepEqual(fixes, [])
  })
})

describe('the execution role of a function that may not be put into a VPC', () => {
  const text = 'The provided execution role does not have permissions to call CreateNetworkInterface on EC2'

  it('is allowed the interface, its subnet and its security group', () => {
    assert.match(statementOf(text), /network-interface\/\*".*security-group\/SECURITY_GROUP_ID".*subnet\/SUBNET_ID"/)
  })

  it('is who was refused, in every cause', () => {
    const said =
      diagnosisOf(text)
        .usualCauses?.map(({ what }) => what)
        .join('\n') ?? ''
    assert.match(said, /that role/)
    assert.doesNotMatch(said, /the caller/)
  })
})

describe('a service that calls in its own name', () => {
  const record = {
    eventVersion: '1.09',
    userIdentity: { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' },
    eventTime: '2026-11-29T08:01:02Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'PutObject',
    awsRegion: 'us-east-1',
    sourceIPAddress: 'cloudtrail.amazonaws.com',
    errorCode: 'AccessDenied',
    errorMessage: 'Access Denied',
    requestParameters: { bucketName: 'org-logs', key: 'AWSLogs/o-abc/111122223333/CloudTrail/2026/11/29/x.json.gz' },
    eventID: '0b1c2d3e-0000-4000-8000-000000000002',
    recipientAccountId: '444455556666',
  }
  const text = JSON.stringify(record)

  it('has no policies of its own to look at: the policy of the resource is', () => {
    const [first, ...others] = diagnosisOf(text).usualCauses ?? []
    assert.equal(first?.layer, 'resource-policy')
    assert.match(first.tell, /^aws s3api get-bucket-policy --bucket org-logs /)
    const ofCaller = ['identity-policy', 'service-control-policy', 'permissions-boundary', 'session-policy']
    assert.deepEqual(
      others.filter(({ layer }) => layer !== null && ofCaller.includes(layer)),
      [],
    )
  })

  it('delivers more files than the one that was refused', () => {
    assert.match(statementOf(text), /"Resource":"arn:aws:s3:::org-logs\/AWSLogs\/o-abc\/\*"/)
  })
})

describe('a service-linked role', () => {
  const text =
    'User: arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForECS/xyz is not authorized to perform: secretsmanager:GetSecretValue on resource: arn:aws:secretsmanager:us-east-1:111122223333:secret:db-abc123'

  it('gets no policy, for AWS alone changes those (R-PRIN-09)', () => {
    assert.deepEqual(diagnosisOf(text).fixes, [])
  })

  it('is simulated under its whole ARN', () => {
    assert.match(
      diagnosisOf(text).usualCauses?.[0]?.tell ?? '',
      /--policy-source-arn "\$\(aws iam get-role --role-name AWSServiceRoleForECS --query Role\.Arn --output text\)"/,
    )
  })
})

describe('an explicit deny in a policy that nobody has seen', () => {
  it('is told as a Deny, in whatever policy', () => {
    for (const [words, layer] of [
      ['a VPC endpoint policy', 'vpc-endpoint-policy'],
      ['a resource control policy', 'resource-control-policy'],
      ['a session policy', 'session-policy'],
    ] as const) {
      const { causes } = diagnosisOf(
        `${APP} s3:PutObject on resource: "arn:aws:s3:::b/k" with an explicit deny in ${words}`,
      )
      assert.deepEqual(
        causes.map((cause) => [cause.layer, cause.denyType, cause.certainty]),
        [[layer, 'explicit', 'certain']],
      )
    }
  })
})

describe('a setting of Block Public Access that AWS names (R-MSG-15j)', () => {
  const said = (action: string, words: string) =>
    `User: arn:aws:iam::111122223333:user/ana is not authorized to perform: ${action} on resource: "arn:aws:s3:::b" because ${words}`

  it('is what refused, whatever policies there are, and nothing is granted', () => {
    for (const [text, setting] of [
      [
        said('s3:PutBucketPolicy', 'public policies are blocked by the BlockPublicPolicy block public access setting.'),
        'BlockPublicPolicy',
      ],
      [
        said(
          's3:ListBucket',
          'public access is prevented by the RestrictPublicBuckets setting in S3 Block Public Access.',
        ),
        'RestrictPublicBuckets',
      ],
    ] as const) {
      const { causes, fixes, status, usualCauses } = diagnosisOf(text)
      assert.equal(status, 'explained')
      assert.deepEqual(
        causes.map(({ layer, kind, certainty, denyType }) => [layer, kind, certainty, denyType]),
        [['service-guard', 'block-public-access', 'certain', 'explicit']],
      )
      assert.ok(causes[0]?.reason?.includes(setting))
      assert.deepEqual(fixes, [])
      assert.deepEqual(
        usualCauses?.map(({ tell }) => tell),
        [
          'aws s3api get-public-access-block --bucket b',
          `aws s3control get-public-access-block --account-id ${setting === 'BlockPublicPolicy' ? '111122223333' : 'ACCOUNT_ID'}`,
        ],
      )
    }
  })
})

describe('a layer that AWS names of a request that it does not', () => {
  it('is the cause, and the status says so: AWS has settled it (R-EVID-02, R-EVID-03)', () => {
    for (const [text, layer, denyType] of [
      [
        'aws: [ERROR]: An error occurred (AccessDeniedException) when calling the StopLogging operation: explicit deny in a service control policy',
        'service-control-policy',
        'explicit',
      ],
      [
        'AccessDeniedException when calling the CreateProfile operation: Unauthorized because no identity-based policy allows for the iam:PassRole action',
        'identity-policy',
        'implicit',
      ],
    ] as const) {
      const { status, causes, usualCauses } = diagnosisOf(text)
      assert.equal(status, 'explained')
      assert.deepEqual(
        causes.map((cause) => [cause.layer, cause.denyType, cause.certainty, cause.from]),
        [[layer, denyType, 'certain', ['message']]],
      )
      assert.ok(denyType === 'implicit' || usualCauses?.[0]?.layer === layer)
    }
  })

  it("is believed where it is a session's, of a user by whose name AWS prints it", () => {
    const { status, causes, fixes } = diagnosisOf(
      'User: arn:aws:iam::111122223333:user/John is not authorized to perform: codecommit:ListRepositories because no session policy allows the codecommit:ListRepositories action',
    )
    assert.equal(status, 'explained')
    assert.deepEqual(
      causes.map(({ layer }) => layer),
      ['session-policy'],
    )
    assert.ok(fixes.every(({ changes }) => changes.every((change) => change.layer === 'session-policy')))
  })
})

describe('a role that reads a queue for a service', () => {
  it('is refused by its own policies first', () => {
    const text =
      'An error occurred (InvalidParameterValueException) when calling the CreateEventSourceMapping operation: The function execution role does not have permissions to call ReceiveMessage on SQS'
    assert.deepEqual(
      diagnosisOf(text).usualCauses?.map(({ layer }) => layer),
      ['identity-policy', 'resource-policy', 'resource-policy'],
    )
  })
})

describe('a grant whose resource nobody names', () => {
  it('has the id that is named in the one place where it belongs', () => {
    const statement = statementOf('You are not authorized to use launch template: lt-0abc1234def567890')
    assert.match(statement, /launch-template\/lt-0abc1234def567890"/)
    assert.equal(statement.split('lt-0abc').length, 2)
    assert.match(statement, /image\/IMAGE_ID".*instance\/\*"/)
  })

  it('leaves its type to be written in where there are many', () => {
    const text =
      'An error occurred (UnauthorizedOperation) when calling the CreateTags operation: You are not authorized to perform this operation.'
    assert.match(statementOf(text), /"Resource":"arn:aws:ec2:REGION:ACCOUNT_ID:RESOURCE"/)
  })
})

describe('a role of IAM Roles Anywhere', () => {
  it('trusts the service for three actions, by one trust anchor', () => {
    const statement = statementOf(
      'AccessDeniedException: Unable to assume role for arn:aws:iam::111122223333:role/on-premises',
    )
    assert.match(statement, /"Action":\["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"\]/)
    assert.match(statement, /"aws:SourceArn":"arn:aws:rolesanywhere:REGION:111122223333:trust-anchor\/TRUST_ANCHOR_ID"/)
  })
})

describe('a collection of OpenSearch Serverless', () => {
  it('has policies of its own to look at first', () => {
    const text =
      '{"status":403,"request-id":"f8a1d2c3-1111-9abc-8888-123456789abc","error":{"reason":"403 Forbidden","type":"Forbidden"}}'
    assert.match(diagnosisOf(text).usualCauses?.[0]?.tell ?? '', /^aws opensearchserverless list-access-policies /)
  })
})

describe('a session that asks STS for another (R-EVAL-03)', () => {
  const text =
    'An error occurred (AccessDenied) when calling the GetSessionToken operation: Cannot call GetSessionToken with session credentials'

  it('was refused by a rule of STS, and is granted nothing', () => {
    const { status, causes, fixes } = diagnosisOf(text)
    assert.deepEqual([status, causes.map(({ layer }) => layer), fixes], ['explained', ['service-guard'], []])
  })
})

describe('a call on a bucket', () => {
  it('has no object to look for', () => {
    for (const name of ['CreateBucket', 'PutBucketVersioning', 'DeleteBucket']) {
      const { usualCauses = [] } = diagnosisOf(
        `An error occurred (AccessDenied) when calling the ${name} operation: Access Denied`,
      )
      assert.doesNotMatch(usualCauses.map(({ what }) => what).join(' '), /the object/, name)
      assert.ok(usualCauses.some(({ layer }) => layer === 'service-control-policy'))
    }
  })
})

describe('an API with an authorizer of its own', () => {
  it('is looked for there first', () => {
    const [first, ...others] =
      diagnosisOf('{"Message":"User is not authorized to access this resource with an explicit deny"}').usualCauses ??
      []
    assert.match(first?.what ?? '', /Lambda authorizer/)
    assert.deepEqual(
      others.map(({ layer }) => layer),
      ['resource-policy'],
    )
  })
})

describe('a queue by its address alone', () => {
  it('has its own policy looked at', () => {
    const [first] =
      diagnosisOf('Access to the resource https://queue.amazonaws.com/111122223333/jobs is denied.').usualCauses ?? []
    assert.match(
      first?.tell ?? '',
      /--queue-url https:\/\/queue\.amazonaws\.com\/111122223333\/jobs --region us-east-1$/,
    )
  })
})
