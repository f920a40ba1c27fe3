import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, describe, it } from 'node:test'
import { denytraceInside as denytrace } from './run-inside.ts'

const PLAN = 'examples/terraform-plan.json'
const TEMPLATE = 'examples/template.yaml'
const STACK = ['--account', '111122223333', '--region', 'eu-west-1']

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'denytrace-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function fault(args: readonly string[], exit: number, code: string, hint: string, stdin = ''): Promise<void> {
  const { code: exited, out, err } = await denytrace(['import', ...args], { stdin })
  assert.equal(out, '')
  assert.ok(err.startsWith(`${code}: `) && err.includes(`hint: `) && err.includes(hint), err)
  assert.equal(exited, exit)
}

describe('denytrace import', () => {
  it('makes a snapshot of a plan that evaluate and diagnose work on', async (t) => {
    const out = join(folder(t), 'snapshot')
    const made = await denytrace(['import', 'terraform', PLAN, '--out', out])
    assert.deepEqual([made.code, made.err], [0, ''])
    const request = [
      '--principal',
      'arn:aws:iam::111122223333:role/ci/deploy',
      '--resource',
      'arn:aws:s3:::acme-artifacts/x',
    ]
    const evaluate = (action: string) => denytrace(['evaluate', '--snapshot', out, ...request, '--action', action])
    // Nothing allows it; a Deny has it; the resource of an Allow is known after apply.
    assert.deepEqual(
      [
        (await evaluate('s3:GetObject')).code,
        (await evaluate('s3:DeleteObject')).code,
        (await evaluate('s3:PutObject')).code,
      ],
      [1, 1, 4],
    )
    const stdin =
      'User: arn:aws:sts::111122223333:assumed-role/deploy/ci is not authorized to perform: s3:DeleteObject on resource: "arn:aws:s3:::acme-artifacts/x" with an explicit deny in an identity-based policy'
    const { code, out: told } = await denytrace(['diagnose', '--snapshot', out], { stdin })
    assert.equal(code, 0)
    assert.ok(told.includes('Cause    Policy upload, statement NoDelete '), told)
  })

  it('refuses a parameter that nothing in the source takes, as a deploy would', async () => {
    const wrong = (...args: readonly string[]) => [...args.slice(0, -1), '--parameters', args.at(-1) ?? '']
    const of = (kind: string, path: string, parameter: string) => wrong(kind, path, ...STACK, parameter)
    const code = 'usage/not-a-value'
    await fault(of('cloudformation', TEMPLATE, 'PartnerAcount=1'), 2, code, 'did you mean `PartnerAccount`?')
    await fault(of('cloudformation', TEMPLATE, 'Elsewhere=1'), 2, code, 'it takes `Stage`')
    await fault(of('terraform', PLAN, 'aws_s3_bucket.none.bucket=b'), 2, code, 'give ADDRESS.ATTRIBUTE=VALUE')
    for (const [path, parameter] of [
      [TEMPLATE, 'WorkerRole=worker'],
      [TEMPLATE, 'AWS::StackName=s'],
      [PLAN, 'aws_kms_key.main.arn=arn:aws:kms:eu-west-1:111122223333:key/1'],
    ] as const)
      assert.equal((await denytrace(['import', ...wrong(path, ...STACK, parameter)])).code, 0, parameter)
  })

  it('says that a folder cannot be made, and does not try for ever', async (t) => {
    const link = join(folder(t), 'link')
    symlinkSync(join(folder(t), 'nothing', 'there'), link)
    for (const out of ['/dev/null/x', join(link, 'x', 'y')])
      await fault(['terraform', PLAN, '--out', out], 3, 'output/not-written', 'name a folder that you may write to')
  })

  it('writes the same bytes each time, with meta.json as the plan dates it', async (t) => {
    const [one, two] = [join(folder(t), 'a'), join(folder(t), 'b')]
    for (const out of [one, two]) assert.equal((await denytrace(['import', 'terraform', PLAN, '--out', out])).code, 0)
    const files = readdirSync(one, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'))
    assert.ok(files.length >= 4)
    for (const file of files) assert.equal(readFileSync(join(one, file), 'utf8'), readFileSync(join(two, file), 'utf8'))
    const meta = JSON.parse(readFileSync(join(one, 'meta.json'), 'utf8')) as Record<string, unknown>
    assert.equal(meta['collectedAt'], '2026-11-20T08:00:00Z')
  })

  it('predicts the denial behind an upload: the key of the bucket that a template makes', async (t) => {
    const out = join(folder(t), 'snapshot')
    const made = await denytrace(['import', 'cloudformation', TEMPLATE, ...STACK, '--out', out, '--format', 'json'])
    assert.equal(made.code, 0)
    const told = JSON.parse(made.out) as {
      readonly schemaVersion: number
      readonly unread: readonly { readonly where: string }[]
    }
    assert.deepEqual([told.schemaVersion, told.unread.map(({ where }) => where)], [1, ['WorkerRole']])
    const request = ['--principal', 'arn:aws:iam::111122223333:role/release-prod', '--action', 's3:PutObject']
    const on = [
      '--resource',
      'arn:aws:s3:::acme-releases/releases/x',
      '--no-session-policy',
      '--chain',
      '--format',
      'json',
    ]
    const { out: answer } = await denytrace(['evaluate', '--snapshot', out, ...request, ...on])
    const { steps } = JSON.parse(answer) as {
      readonly steps: readonly {
        readonly request: { readonly action: string }
        readonly decision: { readonly decision: string }
      }[]
    }
    assert.deepEqual(
      steps.map((step) => [step.request.action, step.decision.decision]),
      [['kms:GenerateDataKey', 'denied']],
    )
  })

  it('comes to a decision where the accounts are said to be in no organization', async (t) => {
    const out = join(folder(t), 'snapshot')
    const made = await denytrace(['import', TEMPLATE, ...STACK, '--out', out, '--no-organization'])
    assert.equal(made.code, 0)
    const request = ['--principal', 'arn:aws:iam::111122223333:role/release-prod', '--action', 's3:PutObject']
    const on = ['--resource', 'arn:aws:s3:::acme-releases/releases/x', '--no-session-policy']
    const endpoint = ['--context', 'aws:SourceVpce=vpce-1']
    assert.equal((await denytrace(['evaluate', '--snapshot', out, ...request, ...on])).code, 4)
    const { out: told } = await denytrace(['evaluate', '--snapshot', out, ...request, ...on, ...endpoint])
    assert.ok(told.includes('service control policy    not applicable'), told)
  })

  it('tells the kind by the file, reads standard input, and without --out writes nothing', async () => {
    const stdin = readFileSync(PLAN, 'utf8')
    const { code, out } = await denytrace(['import', '-'], { stdin })
    assert.equal(code, 0)
    assert.ok(out.includes('Nothing is written'), out)
  })
})

describe('denytrace import refuses', () => {
  it('an unknown kind, with the nearest, and a kind without a path', async () => {
    await fault(['terrafrom', PLAN], 2, 'usage/not-a-value', 'did you mean `terraform`?')
    await fault(['nothing-like-it', PLAN], 2, 'usage/not-a-value', '`aws-config`')
    await fault(['terraform'], 2, 'usage/missing-option', 'denytrace import terraform PATH')
    await fault([], 2, 'usage/missing-option', 'denytrace import KIND PATH')
  })

  it('a template without an account, and options that cannot be', async () => {
    await fault(['cloudformation', TEMPLATE], 2, 'usage/missing-option', '--account ID')
    await fault(['cloudformation', TEMPLATE, '--account', '1'], 2, 'usage/not-a-value', 'twelve digits')
    await fault(['cloudformation', TEMPLATE, '--region', 'Ireland'], 2, 'usage/not-a-value', 'eu-west-1')
    await fault(['terraform', PLAN, '--parameters', 'x'], 2, 'usage/not-a-value', 'KEY=VALUE')
  })

  it('a file of another kind, and names the right one', async () => {
    await fault(['cloudformation', PLAN, ...STACK], 3, 'import/nothing-read', 'denytrace import terraform')
    await fault(['terraform', TEMPLATE], 3, 'import/nothing-read', 'denytrace import cloudformation')
    await fault(['-'], 3, 'import/nothing-read', '`terraform`', '{"a":1}')
  })

  it('what is no JSON or YAML, has a key twice, is empty, is not there, or is a folder', async (t) => {
    const file = join(folder(t), 'x.json')
    writeFileSync(file, '{"Resources":')
    await fault(['cloudformation', file, ...STACK], 3, 'import/unreadable', 'JSON')
    await fault(['-'], 3, 'import/unreadable', 'keep one of the two', '{"Resources":{"A":1,"A":2}}')
    await fault(['-', ...STACK], 3, 'import/unreadable', 'a file of its own', 'Resources: {}\n---\nResources: {}\n')
    await fault(['-'], 3, 'input/empty', 'hint', ' ')
    await fault(['terraform', 'no-such-plan.json'], 3, 'input/not-found', 'file')
    await fault(['terraform', 'examples'], 3, 'input/unreadable', 'files')
    await fault(['iam-collect', 'no-such-folder'], 3, 'input/not-found', 'aws/')
    await fault(['iam-collect', 'examples'], 3, 'import/nothing-read', 'storage.path')
    // Only iam-collect has a folder, so nobody need say so.
    await fault(['examples'], 3, 'import/nothing-read', 'storage.path')
  })

  it("Terraform's own state file, and says what to run", async () => {
    const stdin = '{"version":4,"terraform_version":"1.9.8","serial":3,"lineage":"x","resources":[]}'
    await fault(['terraform', '-'], 3, 'import/nothing-read', 'terraform show -json', stdin)
  })

  it('a directory that holds something', async (t) => {
    const out = folder(t)
    writeFileSync(join(out, 'x'), '')
    await fault(['terraform', PLAN, '--out', out], 2, 'usage/directory-not-empty', '--force')
  })
})
