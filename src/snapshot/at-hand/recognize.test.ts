/** Files are told by what they hold; the forms are those of the AWS CLI's reference pages. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { namedPieces } from './named.ts'
import { otherFormat } from './other-formats.ts'
import { printedPolicies } from './printed-policy.ts'
import { recognize } from './recognize.ts'

const DOCUMENT = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] }
const withPrincipal = (action: string, more: object) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: action, ...more },
})

const piecesOf = (value: unknown) => {
  const found = recognize('file.json', JSON.stringify(value, null, 2))
  assert.equal(found.is, 'pieces')
  return found.is === 'pieces' ? found.pieces : []
}

const formOf = (value: unknown): string | undefined => piecesOf(value)[0]?.form

describe('a bare policy document', () => {
  test('without a principal is a policy of the caller', () => {
    assert.equal(piecesOf(DOCUMENT)[0]?.is, 'identity-policy')
  })

  test('with a principal is the policy of the resource that its statements name', () => {
    const [piece] = piecesOf(withPrincipal('s3:GetObject', { Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'] }))
    assert.equal(piece?.is, 'resource')
    assert.equal(piece?.is === 'resource' && piece.arn, 'arn:aws:s3:::b')
    assert.equal(piece?.is === 'resource' && piece.kind, 'bucket')
  })

  test('names no resource where it is about several, or a pattern', () => {
    for (const Resource of [['arn:aws:s3:::a/*', 'arn:aws:s3:::b/*'], 'arn:aws:s3:::team-*/x', '*']) {
      const [piece] = piecesOf(withPrincipal('s3:GetObject', { Resource }))
      assert.equal(piece?.is === 'resource' && 'arn' in piece, false, JSON.stringify(Resource))
    }
  })

  test('that only lets somebody assume is a trust policy, one of KMS actions a key policy', () => {
    const trust = piecesOf(withPrincipal('sts:AssumeRoleWithWebIdentity', {}))[0]
    assert.equal(trust?.is === 'resource' && trust.kind, 'trust')
    const key = piecesOf(withPrincipal('kms:*', { Resource: '*' }))[0]
    assert.equal(key?.is === 'resource' && key.kind, 'key')
  })

  test('is cited by the lines of its statements', () => {
    const [piece] = piecesOf(DOCUMENT)
    assert.deepEqual(piece?.is === 'identity-policy' && piece.policy.lines, [4])
  })
})

describe('outputs of AWS', () => {
  const text = JSON.stringify(withPrincipal('sqs:SendMessage', { Resource: 'arn:aws:sqs:us-east-1:111122223333:q' }))
  const textFor = (action: string, Resource: string) => JSON.stringify(withPrincipal(action, { Resource }))
  const forms: readonly (readonly [form: string, value: unknown])[] = [
    ['aws iam get-role-policy', { RoleName: 'r', PolicyName: 'p', PolicyDocument: DOCUMENT }],
    ['aws iam get-user-policy', { UserName: 'u', PolicyName: 'p', PolicyDocument: DOCUMENT }],
    ['aws iam get-group-policy', { GroupName: 'g', PolicyName: 'p', PolicyDocument: DOCUMENT }],
    ['aws iam get-policy', { Policy: { PolicyName: 'p', Arn: 'arn:aws:iam::111122223333:policy/p' } }],
    ['aws iam get-policy-version', { PolicyVersion: { Document: DOCUMENT, VersionId: 'v1', IsDefaultVersion: true } }],
    ['aws iam-toolbox get-request-authorization-policy', { policyDocument: DOCUMENT }],
    ['aws iam get-role', { Role: { RoleName: 'r', Arn: 'arn:aws:iam::111122223333:role/r' } }],
    ['aws iam get-user', { User: { UserName: 'u', Arn: 'arn:aws:iam::111122223333:user/u' } }],
    ['aws iam list-attached-role-policies', { AttachedPolicies: [] }],
    ['aws iam list-role-policies', { PolicyNames: ['p'] }],
    ['aws iam list-groups-for-user', { Groups: [{ GroupName: 'g' }] }],
    [
      'aws organizations describe-policy',
      { Policy: { PolicySummary: { Name: 'n' }, Content: JSON.stringify(DOCUMENT) } },
    ],
    [
      'aws secretsmanager get-resource-policy',
      { ARN: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:s-AbCdEf', Name: 's' },
    ],
    [
      'aws secretsmanager describe-secret',
      { ARN: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:s-AbCdEf', Name: 's', KmsKeyId: 'k' },
    ],
    ['aws efs describe-file-system-policy', { FileSystemId: 'fs-1', Policy: text }],
    ['aws apigateway get-rest-api', { id: 'abcde12345', name: 'pets', apiKeySource: 'HEADER' }],
    ['aws ecr get-repository-policy', { registryId: '111122223333', repositoryName: 'app', policyText: text }],
    [
      'aws lambda get-policy',
      {
        Policy: textFor('lambda:InvokeFunction', 'arn:aws:lambda:us-east-1:111122223333:function:f'),
        RevisionId: 'x',
      },
    ],
    ['aws kms get-key-policy', { Policy: text, PolicyName: 'default' }],
    ['aws s3api get-bucket-policy', { Policy: textFor('s3:GetObject', 'arn:aws:s3:::b/*') }],
    [
      'aws sqs get-queue-attributes',
      { Attributes: { QueueArn: 'arn:aws:sqs:us-east-1:111122223333:q', Policy: text } },
    ],
    ['aws sqs get-queue-attributes', { Attributes: { Policy: text } }],
    ['aws sns get-topic-attributes', { Attributes: { TopicArn: 'arn:aws:sns:us-east-1:111122223333:t' } }],
    ['aws s3api get-public-access-block', { PublicAccessBlockConfiguration: { BlockPublicAcls: true } }],
    ['aws s3api get-bucket-acl', { Owner: { ID: 'x' }, Grants: [] }],
    [
      'aws s3api get-bucket-ownership-controls',
      { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
    ],
    ['aws s3api get-bucket-encryption', { ServerSideEncryptionConfiguration: { Rules: [] } }],
    ['aws kms list-grants', { Grants: [{ KeyId: 'arn:aws:kms:us-east-1:111122223333:key/k' }] }],
    ['aws kms describe-key', { KeyMetadata: { Arn: 'arn:aws:kms:us-east-1:111122223333:key/k' } }],
    ['aws ec2 describe-vpc-endpoints', { VpcEndpoints: [{ VpcEndpointId: 'vpce-1' }] }],
  ]
  test('a policy with an ARN next to it is of that resource, and of no bucket', () => {
    for (const value of [
      { Name: 'central', Arn: 'arn:aws:events:us-east-1:111122223333:event-bus/central', Policy: text },
      { BackupVaultArn: 'arn:aws:backup:us-east-1:111122223333:backup-vault:v', Policy: text },
    ])
      assert.notEqual(recognize('f.json', JSON.stringify(value)).is, 'pieces')
  })

  for (const [form, value] of forms) test(form, () => assert.equal(formOf(value), form))

  test('a REST API prints its policy with escaped quotes, and no policy where it has none', () => {
    const of = (more: object) => piecesOf({ id: 'abcde12345', endpointConfiguration: { types: ['EDGE'] }, ...more })[0]
    const none = of({})
    assert.equal(none?.is === 'resource' && none.policy, null)
    const document = withPrincipal('execute-api:Invoke', { Resource: 'execute-api:/*' })
    const piece = of({ policy: JSON.stringify(document).replaceAll('"', '\\"') })
    assert.deepEqual(JSON.parse(String(piece?.is === 'resource' && piece.policy?.document)), document)
  })

  test('a control policy says by its type which kind it is', () => {
    const of = (Type: string) =>
      piecesOf({ Policy: { PolicySummary: { Name: 'n', Type }, Content: JSON.stringify(DOCUMENT) } })[0]?.is
    assert.equal(of('SERVICE_CONTROL_POLICY'), 'scp')
    assert.equal(of('RESOURCE_CONTROL_POLICY'), 'rcp')
  })

  test('a role without a boundary has none, one with a boundary has that one', () => {
    const of = (more: object) => piecesOf({ Role: { RoleName: 'r', ...more } })[0]
    const bare = of({})
    assert.equal(bare?.is === 'principal' && bare.boundaryArn, null)
    const arn = 'arn:aws:iam::111122223333:policy/b'
    const limited = of({ PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn } })
    assert.equal(limited?.is === 'principal' && limited.boundaryArn, arn)
  })

  test('a list that was cut is not the whole', () => {
    const [piece] = piecesOf({ AttachedPolicies: [], IsTruncated: true, Marker: 'x' })
    assert.equal(piece?.is === 'attached' && piece.whole, false)
  })
})

describe('an output of AWS without a form of its own', () => {
  const TABLE = 'arn:aws:dynamodb:us-east-1:111122223333:table/t'
  const BUS = 'arn:aws:events:us-east-1:111122223333:event-bus/b'
  const onTable = JSON.stringify(withPrincipal('dynamodb:GetItem', { Resource: TABLE }))
  const onBus = JSON.stringify(withPrincipal('events:PutEvents', { Resource: '*' }))
  const [ofBus] = printedPolicies('b.json', JSON.stringify({ Name: 'b', Arn: BUS, Policy: onBus }))

  test('is the policy of the resource that its statements name', () => {
    const [piece] = printedPolicies('t.json', JSON.stringify({ PolicyInJson: onTable, PolicyHash: 'x' }))
    assert.equal(piece?.is === 'resource' && piece.arn, TABLE)
  })

  test('is the policy of the resource whose ARN is next to it', () => {
    assert.equal(ofBus?.is === 'resource' && ofBus.arn, BUS)
    assert.equal(ofBus?.is === 'resource' && ofBus.kind, 'event-bus')
  })

  test('is a policy of the caller where its statements name no principal', () => {
    const [piece] = printedPolicies('s.json', JSON.stringify({ InlinePolicy: JSON.stringify(DOCUMENT) }))
    assert.equal(piece?.is, 'identity-policy')
  })

  test('is cited by the line that it is on', () => {
    const [piece] = printedPolicies('t.json', JSON.stringify({ Policy: onTable }, null, 2))
    assert.deepEqual(piece?.is === 'resource' && piece.policy?.lines, [2])
  })

  test('holds nothing where no member is a policy document', () => {
    for (const text of ['{"a":{"Statement":[]}}', '[1]', 'x', '{"Policy":"{\\"Statement\\":"}'])
      assert.deepEqual(printedPolicies('x.json', text), [], text)
  })

  test('is named where it is no JSON', () => {
    assert.equal(otherFormat('---------------\n|   GetRole   |\n+-----+'), 'table')
    assert.equal(otherFormat('POLICYDOCUMENT\t2012-10-17\nSTATEMENT\tAllow\t*\n'), 'text')
    assert.equal(otherFormat('2026-01-01 AccessDenied ROLE x'), undefined)
  })
})

describe('what says nothing of what was in force', () => {
  test('is told with what it looks like', () => {
    assert.deepEqual(recognize('x.json', '{"foo":1,"bar":2}'), {
      is: 'nothing',
      looksLike: 'a JSON object with `foo`, `bar`',
    })
    assert.deepEqual(recognize('x.log', 'AccessDenied'), { is: 'nothing', looksLike: 'text' })
  })

  test('credentials are refused in every form', () => {
    for (const text of [
      '{"Credentials":{"AccessKeyId":"AKIAIOSFODNN7EXAMPLE","SecretAccessKey":"x","SessionToken":"y"}}',
      '{"AccessKey":{"AccessKeyId":"AKIAIOSFODNN7EXAMPLE","SecretAccessKey":"x"}}',
      '[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n',
    ])
      assert.deepEqual(recognize('x', text), { is: 'credentials' })
  })

  test('keys of prototypes are data like any other', () => {
    assert.equal(recognize('x.json', '{"__proto__":{"Policy":"x"},"constructor":1}').is, 'nothing')
  })
})

describe('a file that an option names', () => {
  test('is what the option says, whatever it looks like', () => {
    const text = JSON.stringify(DOCUMENT)
    assert.equal(namedPieces('scp', 'x', text)[0]?.is, 'scp')
    assert.equal(namedPieces('endpoint-policy', 'x', text)[0]?.is, 'endpoint')
    assert.equal(namedPieces('resource-policy', 'x', text)[0]?.is, 'resource')
  })

  test('is the policy in an output of AWS', () => {
    const [piece] = namedPieces('boundary', 'x', JSON.stringify({ PolicyVersion: { Document: DOCUMENT } }))
    assert.deepEqual(piece?.is === 'identity-policy' && piece.policy.document, DOCUMENT)
  })

  test('keeps what AWS printed next to the policy: whose it is, and that it is managed', () => {
    const inline = { RoleName: 'app', PolicyName: 'own', PolicyDocument: DOCUMENT }
    const [own] = namedPieces('identity-policy', 'x', JSON.stringify(inline))
    assert.deepEqual(own?.is === 'identity-policy' && own.owner, { kind: 'role', name: 'app' })
    const [text] = namedPieces('boundary', 'x', JSON.stringify({ PolicyVersion: { Document: DOCUMENT } }))
    assert.equal(text?.is === 'identity-policy' && text.boundary && text.managed, true)
    const endpoint = { VpcEndpointId: 'vpce-1', PolicyDocument: JSON.stringify(DOCUMENT) }
    const [gate] = namedPieces('endpoint-policy', 'x', JSON.stringify({ VpcEndpoints: [endpoint] }))
    assert.equal(gate?.is === 'endpoint' && gate.id, 'vpce-1')
  })

  test('that is no JSON is a policy that may allow or deny, and one without a policy is none', () => {
    assert.equal(namedPieces('identity-policy', 'x', '{ "Statement": [')[0]?.is, 'identity-policy')
    assert.deepEqual(namedPieces('identity-policy', 'x', '{"foo":1}'), [])
  })
})
