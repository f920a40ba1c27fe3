import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { EXAMPLE, ROOT, type Ran } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-fix-'))
const snapshot = join(folder, 'snapshot')
const out = join(folder, 'change')
const denial = join(ROOT, EXAMPLE, 'denial.json')
after(() => rmSync(folder, { recursive: true, force: true }))

interface Change {
  readonly layer: string
  readonly after: unknown
}

const jsonOf = (path: string): Record<string, never> => JSON.parse(readFileSync(path, 'utf8')) as Record<string, never>

/** Puts the change of the main example in force by hand, as the person who has read it would. */
function apply(changes: readonly Change[]): void {
  const account = join(snapshot, 'accounts', '111122223333')
  const details = join(account, 'authorization-details.json')
  const read = jsonOf(details) as unknown as {
    RoleDetailList: { RoleName: string; RolePolicyList: { PolicyName: string; PolicyDocument: unknown }[] }[]
  }
  const role = read.RoleDetailList.find(({ RoleName }) => RoleName === 'deploy-role')
  const inline = role?.RolePolicyList.find(({ PolicyName }) => PolicyName === 'deploy')
  assert.ok(inline !== undefined)
  inline.PolicyDocument = changes.find(({ layer }) => layer === 'identity-policy')?.after
  writeFileSync(details, JSON.stringify(read, null, 4))
  const key = join(account, 'resources', 'kms', 'prod-artifacts-key.json')
  const policy = changes.find(({ layer }) => layer === 'resource-policy')?.after
  writeFileSync(key, JSON.stringify({ ...jsonOf(key), policy }, null, 2))
}

describe('fix, from the denial to tests that pass', () => {
  let ran: Ran
  before(async () => {
    cpSync(join(ROOT, EXAMPLE, 'snapshot'), snapshot, { recursive: true })
    ran = await denytrace(['fix', '--snapshot', snapshot, '--out', out, '--with-tests', denial])
  })

  test('writes the change in every form, and says where', () => {
    assert.deepEqual([ran.code, ran.err], [0, ''])
    for (const name of ['fix.json', 'fix.diff', 'fix.tf', 'fix.sh', 'access.test.yaml']) {
      assert.ok(existsSync(join(out, name)), name)
      assert.ok(ran.out.includes(join(out, name)), name)
    }
  })

  test('says what is granted, to whom and under which conditions: each session of the role has it', () => {
    const words = ran.out.replaceAll(/\s+/g, ' ')
    assert.match(
      words,
      /grants s3:PutObject on \S+\/releases\/app\.zip by arn:aws:iam::111122223333:role\/deploy-role; kms:GenerateDataKey on \S+ by arn:aws:iam::111122223333:role\/deploy-role, if kms:ViaService is s3\.us-east-1\.amazonaws\.com; nothing else \(proved\)/,
    )
  })

  test('its tests fail before the change, and pass after it', async () => {
    const tests = join(out, 'access.test.yaml')
    const first = await denytrace(['test', tests])
    assert.equal(first.code, 1, first.err)
    const { changes } = jsonOf(join(out, 'fix.json')) as unknown as { changes: readonly Change[] }
    apply(changes)
    const second = await denytrace(['test', tests, '--format', 'json'])
    const { failed } = JSON.parse(second.out) as { failed: number }
    assert.deepEqual([second.code, failed], [0, 0])
  })

  test('the same command then says that the call is allowed now: the denial is older (R-ADV-15)', async () => {
    const { code, out: said } = await denytrace(['diagnose', '--snapshot', snapshot, denial, '--format', 'json'])
    const [diagnosis] = (JSON.parse(said) as { diagnoses: { status: string }[] }).diagnoses
    assert.deepEqual([code, diagnosis?.status], [0, 'allowed-now'])
  })

  test('edits the Terraform that holds the policies, and writes over none of it', async () => {
    const terraform = join(folder, 'infra')
    cpSync(join(ROOT, EXAMPLE, 'terraform'), terraform, { recursive: true })
    const edited = join(folder, 'edited')
    const args = ['fix', denial, '--snapshot', join(ROOT, EXAMPLE, 'snapshot'), '--terraform', terraform]
    const { code, err } = await denytrace([...args, '--out', edited])
    assert.deepEqual([code, err], [0, ''])
    for (const [name, added] of [
      ['roles.tf', 'Sid      = "AllowPutObject"'],
      ['key.tf', 'sid       = "AllowDeployRoleGenerateDataKey"'],
    ] as const) {
      const before = readFileSync(join(ROOT, EXAMPLE, 'terraform', name), 'utf8')
      assert.equal(readFileSync(join(terraform, name), 'utf8'), before, 'the own file is as it was')
      const after = readFileSync(join(edited, 'terraform', name), 'utf8').split('\n')
      assert.ok(after.some((line) => line.includes(added)))
      assert.deepEqual(
        before.split('\n').filter((line) => !after.includes(line)),
        [],
        'every line is kept',
      )
    }
    assert.ok(!existsSync(join(edited, 'fix.tf')), 'there is nothing left to merge by hand')
    assert.match(readFileSync(join(edited, 'fix.terraform.diff'), 'utf8'), /^--- a\/roles\.tf\n\+\+\+ b\/roles\.tf\n@@/)
    writeFileSync(join(terraform, 'fix.json'), '{}')
    const over = await denytrace([...args, '--out', terraform])
    assert.equal(over.code, 2)
    assert.match(over.err, /^usage\/conflicting-options: .*never overwritten/s)
    assert.equal(readFileSync(join(terraform, 'fix.json'), 'utf8'), '{}')
  })

  for (const [what, args, code] of [
    ['Terraform that is not there', ['--snapshot', snapshot, '--terraform', 'nowhere', denial], 3],
    ['a folder without Terraform', ['--snapshot', snapshot, '--terraform', snapshot, denial], 3],
    ['a fix that is not there', ['--snapshot', snapshot, '--choose', 'nobody', denial], 2],
    ['a scope that is none', ['--snapshot', snapshot, '--scope', 'all', denial], 2],
  ] as const)
    test(`wrong: ${what}`, async () => {
      const wrong = await denytrace(['fix', ...args])
      assert.deepEqual([wrong.code, wrong.out], [code, ''])
      assert.match(wrong.err, /^[a-z]+\/[a-z-]+: .*\nhint: /)
    })
})

interface Denied {
  readonly errorCode?: string
  readonly errorMessage: string
  readonly requestParameters: object
}

test('what the same principal was refused before is replayed, where a store has it', async () => {
  const store = `duckdb:${join(folder, 'kept.duckdb')}`
  const { Records } = JSON.parse(readFileSync(denial, 'utf8')) as { readonly Records: readonly Denied[] }
  const record = Records.find(({ errorCode }) => errorCode === 'AccessDenied')
  assert.ok(record !== undefined)
  const other = {
    ...record,
    eventID: '00000000-0000-4000-8000-000000000001',
    requestID: 'OTHER',
    requestParameters: { ...record.requestParameters, key: 'releases/other.zip' },
    errorMessage: record.errorMessage.replaceAll('releases/app.zip', 'releases/other.zip'),
  }
  const events = join(folder, 'other.json')
  writeFileSync(events, JSON.stringify({ Records: [other] }))
  const kept = await denytrace(['ingest', events, '--store', store])
  assert.equal(kept.code, 0, kept.err)
  const args = ['fix', denial, '--snapshot', join(ROOT, EXAMPLE, 'snapshot'), '--store', store, '--format', 'json']
  for (const [scope, flips] of [
    ['exact', 0],
    ['prefix', 1],
  ] as const) {
    const { out } = await denytrace([...args, '--scope', scope])
    const { fixes } = JSON.parse(out) as { fixes: { replay: { others?: { judged: number; flipped: object[] } } }[] }
    const others = fixes[0]?.replay.others
    assert.deepEqual([others?.judged, others?.flipped.length], [1, flips], scope)
  }
})

test('where what is at hand allows what AWS refused, it says so, and not that nothing has to change', async () => {
  const scenario = join(folder, 'allowed.json')
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] }
  writeFileSync(
    scenario,
    JSON.stringify({ request: {}, policies: { complete: true, identityPolicies: [{ name: 'own', document }] } }),
  )
  const stdin =
    'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::files/a.txt because no identity-based policy allows the s3:GetObject action'
  const { out } = await denytrace(['fix', '-', '--scenario', scenario], { stdin })
  const words = out.replaceAll(/\s+/g, ' ')
  assert.match(words, /No fix the policies you provided are not the ones that were in force/)
  assert.doesNotMatch(words, /no policy has to change/)
})

test('where another caller was probably meant, the fix is to call as that one, and a grant has to be chosen (R-ADV-12)', async () => {
  const scenario = join(folder, 'pipeline.json')
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/tool-*' }
  const document = { Version: '2012-10-17', Statement: [statement] }
  writeFileSync(scenario, JSON.stringify({ request: {}, policies: { identityPolicies: [{ name: 'own', document }] } }))
  const stdin =
    'User: arn:aws:iam::111122223333:user/pipeline is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:us-east-1:111122223333:parameter/version because no identity-based policy allows the ssm:GetParameter action'
  const { out } = await denytrace(['diagnose', '-', '--scenario', scenario], { stdin })
  assert.match(out, /^Fix {6}Call as the one that was meant/m)
  assert.match(out, /--choose identity-policy\.exact$/m)
  assert.doesNotMatch(out, /"Effect"/)
  assert.match(out, /aws sts assume-role --role-arn ROLE_ARN/)
})
