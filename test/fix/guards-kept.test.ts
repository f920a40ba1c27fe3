/** What a fix never gives up: the source that a service acts for, and conditions that protect data (R-ADV-04). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { diagnoseToShow } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { NOTHING_AT_HAND } from '#snapshot/at-hand/piece.ts'
import { recognize } from '#snapshot/at-hand/recognize.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'

const ACCOUNT = '111122223333'
const statement = (element: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...element }] })
const userPolicy = (element: object) => ({ UserName: 'alice', PolicyName: 'own', PolicyDocument: statement(element) })
const bucketPolicy = (element: object) => ({ Policy: JSON.stringify(statement(element)) })
const topic = (element: object) => ({
  Attributes: {
    TopicArn: `arn:aws:sns:us-east-1:${ACCOUNT}:t`,
    Owner: ACCOUNT,
    Policy: JSON.stringify(statement(element)),
  },
})

function answer(text: string, file: object): string {
  const found = recognize('1.json', JSON.stringify(file))
  assert.equal(found.is, 'pieces')
  const pieces = found.is === 'pieces' ? found.pieces : []
  const provided = { ...NOTHING_AT_HAND, pieces, namedLayer: null }
  return diagnosesText(diagnoseToShow({ ...rawEvidence(text), provided }), { color: false, width: 300 } as never)
}

const refused = (who: string, action: string, resource: string, kind = 'no identity-based policy allows') =>
  `User: ${who} is not authorized to perform: ${action} on resource: ${resource} because ${kind} the ${action} action`
const ALICE = `arn:aws:iam::${ACCOUNT}:user/alice`

// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
describe('a service is let in for a source alone', () => {
  it('not at all where the source is not known: no pattern is wider than those of the policy', () => {
    const shown = answer(
      refused(
        'cloudfront.amazonaws.com',
        's3:GetObject',
        '"arn:aws:s3:::site/index.html"',
        'no resource-based policy allows',
      ),
      bucketPolicy({
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::site/*',
        Condition: { StringEquals: { 'AWS:SourceArn': `arn:aws:cloudfront::${ACCOUNT}:distribution/EOLD` } },
      }),
    )
    assert.doesNotMatch(shown, /\+.*cloudfront\.amazonaws\.com/)
    assert.match(shown, /find out for which resource it called/)
  })

  it('not at all where only the source tells one account from another, and nobody knows it', () => {
    const shown = answer(
      'An error occurred (InvalidArgument) when calling the PutBucketNotificationConfiguration operation: Unable to validate the following destination configurations',
      topic({
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'SNS:Publish',
        Resource: `arn:aws:sns:us-east-1:${ACCOUNT}:t`,
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::old-bucket' } },
      }),
    )
    assert.doesNotMatch(shown, /\+.*s3\.amazonaws\.com/)
    assert.match(shown, /find out for which resource it called/)
  })

  it('for the organization of the source: a service has no organization of its own', () => {
    const shown = answer(
      refused(
        'cloudtrail.amazonaws.com',
        's3:PutObject',
        `"arn:aws:s3:::trail/AWSLogs/${ACCOUNT}/x"`,
        'no resource-based policy allows',
      ),
      bucketPolicy({
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::trail/AWSLogs/*',
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
      }),
    )
    assert.match(shown, /"aws:SourceOrgID": "o-a1b2c3d4e5"/)
  })

  // https://docs.aws.amazon.com/sns/latest/dg/topics-attrib.html
  const queue = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`
  const delivered = (owner: string) =>
    answer(
      JSON.stringify({
        notification: { messageMD5Sum: 'x', topicArn: `arn:aws:sns:us-east-1:${owner}:new` },
        delivery: {
          destination: queue,
          providerResponse: `{"ErrorCode":"AccessDenied","ErrorMessage":"Access to the resource https://sqs.us-east-1.amazonaws.com/${ACCOUNT}/jobs is denied."}`,
          statusCode: 403,
        },
        status: 'FAILURE',
      }),
      {
        Attributes: {
          QueueArn: queue,
          Policy: JSON.stringify(
            statement({
              Principal: { Service: 'sns.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: queue,
              Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:sns:us-east-1:${ACCOUNT}:old` } },
            }),
          ),
        },
      },
    )

  it("for the topic that SNS's delivery log names", () => {
    const shown = delivered(ACCOUNT)
    assert.match(shown, /\+.*"aws:SourceArn": "arn:aws:sns:us-east-1:111122223333:new"/)
    assert.doesNotMatch(shown, /Lets the service act for account/)
  })

  it('for a topic of another account with a word on that account', () => {
    assert.match(delivered('444455556666'), /! Lets the service act for account 444455556666.* only if you know/)
  })
})

describe('a condition that protects data is never given up', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  it('the rows of a table', () => {
    const table = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/Games`
    const shown = answer(
      refused(ALICE, 'dynamodb:GetItem', table),
      userPolicy({
        Action: ['dynamodb:GetItem', 'dynamodb:Query'],
        Resource: table,
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['${aws:username}'] } },
      }),
    )
    assert.match(shown, /Fix {6}none: it would leave out the condition on dynamodb:LeadingKeys/)
    assert.doesNotMatch(shown, /\(value \d+\)/)
  })

  // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
  it('the service through which a key is used, not by a grant either', () => {
    const key = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
    const shown = answer(
      refused(ALICE, 'kms:Decrypt', key),
      userPolicy({
        Action: 'kms:Decrypt',
        Resource: `arn:aws:kms:us-east-1:${ACCOUNT}:key/*`,
        Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
      }),
    )
    assert.doesNotMatch(shown, /create-grant/)
    assert.match(shown, /Fix {6}none: it would leave out the condition on kms:ViaService/)
  })

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html#condition-key-bucket-ops-2
  it('the folder of a user, who lists that folder instead', () => {
    const shown = answer(
      refused(ALICE, 's3:ListBucket', '"arn:aws:s3:::home"'),
      userPolicy({
        Action: 's3:ListBucket',
        Resource: 'arn:aws:s3:::home',
        Condition: { StringLike: { 's3:prefix': ['home/${aws:username}/*'] } },
      }),
    )
    assert.match(shown, /--prefix home\/alice\//)
    assert.match(shown, /No policy changes/)
  })
})

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
describe('a Deny of everything outside some Regions', () => {
  const guard = {
    Sid: 'Regions',
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1'] } },
  }
  const listing = (layer: string) =>
    `User: ${ALICE} is not authorized to perform: iam:ListPolicies on resource: policy path / with an explicit deny in ${layer}`

  it('in a policy of the caller leaves out the call to a service without Regions', () => {
    const policy = {
      UserName: 'alice',
      PolicyName: 'own',
      PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }, guard] },
    }
    const shown = answer(listing('an identity-based policy'), policy)
    assert.match(shown, /Nothing else becomes allowed \(proved\)/)
    assert.match(shown, /"Regions", NotAction\s+\+ \["iam:ListPolicies"\]/)
  })

  it('in an SCP leaves it out for everybody: the service has no Region to choose', () => {
    const shown = answer(listing('a service control policy'), {
      Policy: {
        PolicySummary: {
          Id: 'p-12345678',
          Arn: 'arn:aws:organizations::999999999999:policy/o-exampleorg1/service_control_policy/p-12345678',
          Name: 'regions',
          Type: 'SERVICE_CONTROL_POLICY',
          AwsManaged: false,
        },
        Content: JSON.stringify({ Version: '2012-10-17', Statement: [guard] }),
      },
    })
    assert.match(shown, /^Fix [^]*?"Regions", NotAction\s+\+ \["iam:ListPolicies"\]/m)
  })
})

describe('a statement for another resource or action', () => {
  const tagging = (own: string) => ({
    UserName: 'alice',
    PolicyName: 'own',
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'elasticloadbalancing:AddTags',
          Resource: 'arn:aws:elasticloadbalancing:*:*:targetgroup/*/*',
          Condition: { Null: { 'aws:ResourceTag/cluster': 'false' } },
        },
        { Effect: 'Allow', Action: 'elasticloadbalancing:AddTags', Resource: own },
      ],
    },
  })
  const TARGETS = `arn:aws:elasticloadbalancing:us-east-1:${ACCOUNT}:targetgroup/web/0123456789abcdef`

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
  it('is not widened to go around the tag that the statement for the resource asks for', () => {
    const own = 'arn:aws:elasticloadbalancing:*:*:listener/app/*/*/*'
    const shown = answer(refused(ALICE, 'elasticloadbalancing:AddTags', TARGETS), tagging(own))
    assert.doesNotMatch(shown, /\+ .*targetgroup/)
    assert.match(shown, /aws:ResourceTag\/cluster/)
  })
})

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
describe('a new statement for an action without a resource', () => {
  it('keeps the conditions of the nearest statement, which are all that limits it', () => {
    const cluster = `arn:aws:ecs:us-east-1:${ACCOUNT}:cluster/web`
    const shown = answer(
      refused(ALICE, 'ecs:ListTasks', '*'),
      userPolicy({ Action: 'ecs:ListTasks', Resource: cluster, Condition: { ArnEquals: { 'ecs:cluster': cluster } } }),
    )
    assert.match(shown, /"Resource": "\*",\s+\+\s+"Condition": \{ "ArnEquals": \{ "ecs:cluster"/)
  })
})

describe('what a fix does not know', () => {
  const create = refused(ALICE, 'lambda:CreateFunction', `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:billing`)

  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html: the caller passes the execution role.
  it('is said: a further call that the policy does not allow either', () => {
    const shown = answer(create, userPolicy({ Action: 'lambda:GetFunction', Resource: '*' }))
    assert.match(shown, /The call then succeeds if iam:PassRole is allowed too, unless/)
  })

  it('is not said of a call that the policy allows', () => {
    const shown = answer(create, userPolicy({ Action: ['lambda:GetFunction', 'iam:PassRole'], Resource: '*' }))
    assert.match(shown, /The call then succeeds, unless/)
  })

  // https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html: only the first use of a model of the marketplace subscribes.
  it('is not granted: a call that is perhaps not needed', () => {
    const shown = answer(
      refused(
        ALICE,
        'bedrock:InvokeModel',
        'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-20250514-v1:0',
      ),
      userPolicy({ Action: 'bedrock:ListFoundationModels', Resource: '*' }),
    )
    assert.doesNotMatch(shown, /\+.*aws-marketplace/)
  })
})
