import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-fix-text-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const OBJECT = 'arn:aws:s3:::prod-artifacts/releases/app.zip'
const refused = (why: string, action = 's3:PutObject', resource = OBJECT): string =>
  `User: arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: ${action} on resource: "${resource}" ${why}`
const NO_IDENTITY_POLICY = refused('because no identity-based policy allows the s3:PutObject action')
const DRAFTED = /a draft from AWS's message, not verified/

interface Answer {
  readonly fixes: readonly {
    readonly id: string
    readonly title: string
    readonly basis: string
    readonly replay: unknown
    readonly proof: unknown
    readonly changes: readonly Readonly<Record<string, unknown>>[]
  }[]
}

describe('fix on an error text alone', () => {
  test('drafts what diagnose drafts, and says that nothing is proved', async () => {
    const { code, out, err } = await denytrace(['fix'], { stdin: NO_IDENTITY_POLICY })
    assert.deepEqual([code, err], [1, ''], 'none is proven')
    assert.match(out, DRAFTED)
    assert.match(out, /aws iam put-role-policy --role-name deploy --policy-name allow-s3-put-object-[0-9a-f]{8} /)
    assert.match(out, /resource "aws_iam_role_policy" "allow_s3_put_object_[0-9a-f]{8}" \{/)
    assert.match(out, /^Not checked .*permissions boundary/m)
    assert.match(out, /^Verify {3}denytrace fix --live - /m)
    const [drafted, diagnosed] = await Promise.all([
      denytrace(['fix', '--format', 'json'], { stdin: NO_IDENTITY_POLICY }),
      denytrace(['diagnose', '--format', 'json'], { stdin: NO_IDENTITY_POLICY }),
    ])
    const [fix] = (JSON.parse(drafted.out) as Answer).fixes
    const [same] = (JSON.parse(diagnosed.out) as { readonly diagnoses: readonly [Answer] }).diagnoses[0].fixes
    const headOf = ({ id, title, basis, replay, proof }: Answer['fixes'][number]) => [id, title, basis, replay, proof]
    assert.ok(fix !== undefined && same !== undefined)
    assert.deepEqual(headOf(fix), headOf(same))
    assert.deepEqual(headOf(fix).slice(2), ['message', null, null])
    assert.deepEqual(fix.changes[0]?.['after'], {
      Version: '2012-10-17',
      Statement: [{ Sid: 'AllowPutObject', Effect: 'Allow', Action: 's3:PutObject', Resource: OBJECT }],
    })
  })

  test('writes it as a policy of its own, in every form', async () => {
    const out = join(folder, 'own')
    const ran = await denytrace(['fix', '--out', out, '--with-tests'], { stdin: NO_IDENTITY_POLICY })
    assert.deepEqual([ran.code, ran.err], [1, ''])
    assert.deepEqual(readdirSync(out).toSorted(), [
      'access.test.yaml',
      'deploy.allow-s3-put-object-246d0be7.json',
      'fix.cdk.ts',
      'fix.cloudformation.yaml',
      'fix.diff',
      'fix.json',
      'fix.sh',
      'fix.tf',
    ])
    const script = readFileSync(join(out, 'fix.sh'), 'utf8')
    assert.match(script.split('\n').slice(0, 4).join('\n').replaceAll('\n# ', ' '), DRAFTED)
    assert.equal(spawnSync('bash', ['-n', join(out, 'fix.sh')]).status, 0)
    assert.doesNotMatch(script, /It does not make/)
  })

  test('puts it behind its role in the Terraform that is given', async () => {
    const terraform = join(folder, 'roles.tf')
    writeFileSync(terraform, 'resource "aws_iam_role" "ci" {\n  name = "deploy"\n}\n')
    const { code, out } = await denytrace(['fix', '--terraform', terraform], { stdin: NO_IDENTITY_POLICY })
    assert.equal(code, 1)
    assert.match(out, /^ {2}--- a\/roles\.tf$/m)
    assert.match(out, /^ {2}\+ {2}role {3}= aws_iam_role\.ci\.name$/m)
  })

  test('says why a policy that nobody saw is not written', async () => {
    const key = 'arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab'
    const text = refused('because no resource-based policy allows the kms:Decrypt action', 'kms:Decrypt', key)
    const terraform = join(folder, 'none.tf')
    writeFileSync(terraform, 'locals {}\n')
    const shown = await denytrace(['fix', '--terraform', terraform], { stdin: text })
    assert.equal(shown.code, 1)
    assert.match(shown.out, /make this edit in the policy in force\. Not known of it: its other statements\./)
    assert.match(shown.out, /# Not edited in your files: the other statements of that policy are not known/)
    const out = join(folder, 'key')
    await denytrace(['fix', '--out', out], { stdin: text })
    assert.deepEqual(readdirSync(out), ['fix.json', 'fix.sh'], 'no document; the script adds to the one in force')
  })

  test('puts a permission of a function beside those that it has', async () => {
    const lambda = 'arn:aws:lambda:eu-west-1:444455556666:function:f'
    const why = 'because no resource-based policy allows the lambda:InvokeFunction action'
    const { out } = await denytrace(['fix'], { stdin: refused(why, 'lambda:InvokeFunction', lambda) })
    assert.match(out, /resource "aws_lambda_permission"/)
    assert.match(
      out.replaceAll(/ \\\n +/g, ' '),
      /aws lambda add-permission .*--principal arn:aws:iam::111122223333:role\/deploy/,
    )
  })

  for (const [what, text, code, words] of [
    [
      'a Deny that nobody saw',
      refused('with an explicit deny in a service control policy'),
      1,
      /No fix: .*\nNo fix {2}the policy that denies it was not provided/,
    ],
    [
      'a layer that nobody names',
      'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
      4,
      /^No fix: /,
    ],
  ] as const)
    test(`has none for ${what}, and gives the next command`, async () => {
      const ran = await denytrace(['fix'], { stdin: text })
      assert.equal(ran.code, code)
      assert.match(ran.out, words)
      assert.match(ran.out, /^Verify {3}denytrace fix --live -/m)
    })

  test('puts what only the message says as a policy of its own, for the denied resource alone', async () => {
    const text =
      'User: arn:aws:sts::111122223333:assumed-role/app/s is not authorized to perform: secretsmanager:GetSecretValue on resource: prod/db because no identity-based policy allows the secretsmanager:GetSecretValue action'
    const args = ['fix', '--region', 'eu-west-1']
    const { code, out } = await denytrace(args, { stdin: text })
    assert.equal(code, 1)
    assert.match(out, DRAFTED)
    assert.match(out, /"Resource": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod\/db-\?{6}"/)
    assert.match(out, /aws iam put-role-policy --role-name app --policy-name allow-secretsmanager-get-secret-value/)
    const wider = await denytrace([...args, '--scope', 'prefix'], { stdin: text })
    assert.equal(wider.code, 1)
    assert.match(wider.out, /^No fix: what AWS's words come to is for the denied resource alone; leave `--scope` out/)
  })

  test('is the call as the one that was meant, where another caller was, and a grant has to be chosen (R-ADV-12)', async () => {
    const { code, out } = await denytrace(['fix', join(ROOT, 'examples/ci-wrong-caller/denial.txt')])
    assert.equal(code, 1)
    assert.match(out, /^Caller .*node/)
    assert.match(out, /^Fix {5}Call as the one that was meant\. No policy changes\.$/m)
    assert.match(out, /denytrace fix … --choose draft$/m)
    assert.doesNotMatch(out, /"Effect"/)
  })

  test('is no fix of what is no denial', async () => {
    const ran = await denytrace(['fix'], {
      stdin: 'An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired.',
    })
    assert.deepEqual([ran.code, ran.out], [3, ''])
    assert.match(ran.err, /^input\/no-denial: /)
  })
})
