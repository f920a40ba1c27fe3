import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readDenials } from '../read.ts'

const first = (text: string) => {
  const [denial] = readDenials(text).denials
  assert.ok(denial !== undefined)
  return denial
}

const REFUSED = 'An error occurred (AccessDeniedException) when calling the'

describe('what stands beside a refusal', () => {
  test('names the resource by the options of the command, and says that it is derived', () => {
    const { resource, evidence } = first(
      `$ aws dynamodb get-item --table-name orders --region eu-west-1\n${REFUSED} GetItem operation: User: arn:aws:iam::111122223333:user/ana is not authorized to perform: dynamodb:GetItem`,
    )
    assert.equal(resource, 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders')
    assert.equal(evidence.resourceFrom, 'derived')
  })

  test('never takes the place of what the message says', () => {
    const said = 'arn:aws:s3:::other/k'
    const { resource } = first(
      `$ aws s3api get-object --bucket b --key k out\n${REFUSED} GetObject operation: User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:GetObject on resource: "${said}"`,
    )
    assert.equal(resource, said)
  })

  test('sets the condition keys that the options of the command send', () => {
    const refused = `${REFUSED} AssumeRole operation: User: arn:aws:iam::111122223333:user/ana is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/t`
    const command = '$ aws sts assume-role --role-arn arn:aws:iam::111122223333:role/t --role-session-name s'
    const keys = ({ context }: ReturnType<typeof first>) => [context['sts:ExternalId'], context['sts:RoleSessionName']]
    assert.deepEqual(keys(first(`${command} --external-id tenant-7\n${refused}`)), ['tenant-7', 's'])
    const wide = `${command} --external-id ${'x'.repeat(120 - command.length - ' --external-id '.length)}`
    assert.match(
      String(keys(first(`${wide}\ndenytrace: running\n${refused}`))[0]),
      /^x+$/,
      'a line of 120 columns ends',
    )
    assert.deepEqual(keys(first(`${command}\n${refused}`)), [null, 's'], 'not named, so not sent')
    assert.deepEqual(keys(first(refused)), [undefined, undefined], 'no command: unknown')
  })

  test('sets prefix and delimiter of a listing, and says which is not sent', () => {
    const refused = `${REFUSED} ListObjectsV2 operation: Access Denied`
    const listing = (command: string, after = refused) => {
      const { context } = first(`$ aws ${command}\n${after}`)
      return [context['s3:prefix'], context['s3:delimiter']]
    }
    assert.deepEqual(listing('s3 ls s3://files/reports/'), ['reports/', '/'])
    assert.deepEqual(listing('s3 ls s3://files/reports/ --recursive'), ['reports/', null])
    assert.deepEqual(listing('s3 ls s3://files'), ['', '/'])
    assert.deepEqual(listing('s3 sync . s3://files/reports'), ['reports/', null])
    assert.deepEqual(listing('s3 cp s3://files/reports . --recursive'), ['reports/', null])
    assert.deepEqual(listing('s3api list-objects-v2 --bucket files --prefix reports/'), ['reports/', null])
    assert.deepEqual(listing('s3 sync s3://files s3://copies'), [undefined, undefined], 'of two buckets: open which')
    const other = `${REFUSED} ListObjectsV2 operation: User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::others"`
    assert.deepEqual(listing('s3 ls s3://files/reports/', other), [undefined, undefined], 'of another bucket')
  })

  test('sets the headers of an upload, and says which are not sent', () => {
    const refused = `An error occurred (AccessDenied) when calling the PutObject operation: Access Denied`
    const keys = ({ context }: ReturnType<typeof first>) => [
      context['s3:x-amz-acl'],
      context['s3:x-amz-server-side-encryption'],
    ]
    assert.deepEqual(keys(first(`$ aws s3 cp a.txt s3://b-logs/a.txt\n${refused}`)), [null, null])
    const both = `$ aws s3 cp a.txt s3://b-logs/a.txt --acl public-read --sse aws:kms\n${refused}`
    assert.deepEqual(keys(first(both)), ['public-read', 'aws:kms'])
  })

  test('says which role, profile and service account the job was told to use', () => {
    const { details } = first(
      `AWS_ROLE_ARN=arn:aws:iam::111122223333:role/app AWS_PROFILE=dev\nsystem:serviceaccount:prod:app\n${REFUSED} GetSecretValue operation: Access denied`,
    )
    assert.equal(details?.['roleNamed'], 'arn:aws:iam::111122223333:role/app')
    assert.equal(details['profile'], 'dev')
    assert.equal(details['serviceAccount'], 'prod/app')
  })

  test('is read off the command that --debug prints', () => {
    const { resource } = first(
      `2026-04-27 10:03:00,101 - MainThread - awscli.clidriver - DEBUG - Arguments entered to CLI: ['s3api', 'put-object', '--bucket', 'example-artifacts', '--key', 'a/b.zip', '--debug']\n\nAn error occurred (AccessDenied) when calling the PutObject operation: Access Denied\n`,
    )
    assert.equal(resource, 'arn:aws:s3:::example-artifacts/a/b.zip')
  })

  test('is nothing where no call is its own', () => {
    const { resource, region } = first(
      `$ aws ec2 describe-vpcs --region eu-west-1\nAn error occurred (AccessDenied) when calling the GetObject operation: Access Denied`,
    )
    assert.equal(resource, null)
    assert.equal(region, null)
  })

  test('says who called, where the message names nobody: AWS’s answer, or the line of `denytrace run`', () => {
    const session = 'arn:aws:sts::111122223333:assumed-role/deploy-role/ci'
    const refused = 'An error occurred (AccessDenied) when calling the PutObject operation: Access Denied'
    const answer = `{\n    "UserId": "AROAEXAMPLE:ci",\n    "Account": "111122223333",\n    "Arn": "${session}"\n}`
    for (const beside of [answer, `denytrace: AWS knows the caller as \`${session}\`.`]) {
      const { principal, accountId, notes } = first(`${beside}\n${refused}`)
      assert.deepEqual(
        [principal, accountId, notes.map(({ code }) => code)],
        [session, '111122223333', ['caller-of-now']],
      )
    }
    const named = `${answer}\n${REFUSED} ListUsers operation: User: arn:aws:iam::111122223333:user/ana is not authorized to perform: iam:ListUsers`
    assert.equal(first(named).principal, 'arn:aws:iam::111122223333:user/ana', 'the message goes before')
    const ofRole = `${answer}\nThe provided execution role does not have permissions to call CreateNetworkInterface on EC2`
    assert.equal(first(ofRole).principal, null, 'the role was refused, and not who called')
  })
})
