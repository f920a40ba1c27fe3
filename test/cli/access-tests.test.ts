import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { readTestFile } from '#app/test-files.ts'
import { runTestFiles } from '#app/test.ts'
import { resultOf, type SuiteResult, type TestResult } from '#suite/suite-run.ts'
import { EXAMPLE, type Ran, PROGRAM, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const FILE = `${EXAMPLE}/access.test.yaml`
const SCENARIO = join(ROOT, 'test', 'samples', 'suite', 'scenario.json')
const DEV = 'arn:aws:iam::111122223333:user/dev'
const KEY = 'arn:aws:s3:::b/k'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'denytrace-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function assertFault({ code, out, err }: Ran, exit: number, name: string, hint: string): void {
  assert.equal(out, '')
  const [first = '', second = ''] = err.split('\n')
  assert.ok(first.startsWith(`${name}: `), err)
  assert.ok(second.startsWith('hint: ') && second.includes(hint), err)
  assert.equal(code, exit)
}

/** One test of one entry, against the scenario. */
const one = (kind: 'allow' | 'deny', entry: object, more: object = {}): string =>
  JSON.stringify({ scenario: SCENARIO, tests: [{ name: 'one', principal: DEV, [kind]: [entry], ...more }] })

async function outcomes(text: string): Promise<SuiteResult> {
  const files = [await readTestFile(text, 'access.test.yaml')]
  const { run } = await runTestFiles(files, { chosen: {}, otherwise: {} })
  const result = resultOf(run)
  assert.equal(result.passed + result.failed, result.results.length)
  return result
}

async function outcome(text: string): Promise<TestResult> {
  const [first] = (await outcomes(text)).results
  assert.ok(first)
  return first
}

describe('denytrace test', () => {
  it('runs the example: the incident is still there, everything else holds', async () => {
    const { code, out, err } = await denytrace(['test', FILE])
    assert.deepEqual([code, err], [1, ''])
    assert.match(out, /^ {2}FAIL {2}the deploy role can upload releases {2}\(2 of 3\)$/m)
    assert.match(out, /^ {2}ok {4}readers read, and write nothing {2}\(10\)$/m)
    assert.match(out, /^ {2}ok {4}nobody reads without TLS$/m)
    assert.match(out, /written from the denial 4XBGT7W2QHEXAMPL, 2026-04-27T10:03:00Z/)
    assert.match(out, /^12 passed, 2 failed$/m)
  })

  it('gives the fields of docs/json.md, with what decides', async () => {
    const denied = await outcome(
      one('deny', { action: 's3:DeleteObject', resource: KEY, by: 'identity-policy', statement: 'NoDelete' }),
    )
    assert.deepEqual(
      [denied.name, denied.expected, denied.decision, denied.passed, denied.missing],
      ['one', 'denied', 'denied', true, []],
    )
    assert.deepEqual(denied.by, [
      {
        layer: 'identity-policy',
        policy: 'dev',
        sid: 'NoDelete',
        index: 2,
        pointer: '/Statement/2',
        file: SCENARIO,
        line: 13,
      },
    ])
  })

  // biome-ignore format: a table is read by its columns
  const ASSERTED: readonly (readonly [what: string, kind: 'allow' | 'deny', entry: object, passed: boolean, difference?: string])[] = [
    ['an allow by its statement',                     'allow', { action: 's3:GetObject', resource: KEY, by: 'identity-policy', statement: 'Read' },      true],
    ['an allow by policy and number',                 'allow', { action: 's3:GetObject', resource: KEY, statement: 'dev/1' },                             true],
    ['an allow by another statement',                 'allow', { action: 's3:GetObject', resource: KEY, statement: 'Put' },                               false, 'other-statement'],
    ['an allow by a layer that says nothing',         'allow', { action: 's3:GetObject', resource: KEY, by: 'resource-policy' },                          false, 'other-layer'],
    ['an implicit deny by the statement that is near', 'deny', { action: 's3:PutObject', resource: KEY, by: 'identity-policy', statement: 'Put' },        true],
    ['an explicit deny that is none',                 'deny',  { action: 's3:PutObject', resource: KEY, statement: 'NoDelete' },                          false, 'other-statement'],
    ['a deny that is allowed',                        'deny',  { action: 's3:GetObject', resource: KEY },                                                 false, 'other-decision'],
    ['an allow that is denied',                       'allow', { action: 's3:DeleteObject', resource: KEY },                                              false, 'other-decision'],
  ]
  for (const [what, kind, entry, passed, difference] of ASSERTED)
    it(`${passed ? 'passes' : 'fails'} ${what}`, async () => {
      const result = await outcome(one(kind, entry))
      assert.deepEqual([result.passed, result.difference?.kind], [passed, difference], JSON.stringify(result))
    })

  it('fails what is undetermined, allow and deny alike, and names the missing fact', async () => {
    const text = `
snapshot: ${join(ROOT, EXAMPLE, 'snapshot')}
tests:
  - name: open
    principal: arn:aws:iam::111122223333:user/alice
    context: { aws:SourceVpce: null }
    allow: [{ action: s3:GetObject, resource: "arn:aws:s3:::prod-artifacts/releases/app.zip" }]
    deny: [{ action: s3:GetObject, resource: "arn:aws:s3:::prod-artifacts/releases/app.zip" }]
`
    const { failed, results } = await outcomes(text)
    assert.equal(failed, 2)
    for (const result of results) {
      assert.deepEqual([result.decision, result.passed], ['undetermined', false])
      assert.deepEqual(
        result.missing.map(({ fact }) => fact),
        ['aws:SecureTransport'],
      )
    }
  })

  it('holds the session of a role to its policies (ADR 0023)', async () => {
    const asked = (policies: string) => `
snapshot: ${join(ROOT, EXAMPLE, 'snapshot')}
tests:
  - name: narrowed
    principal: arn:aws:iam::111122223333:role/artifact-reader
    session: { name: ci, tags: {}${policies} }
    context: { aws:SourceVpce: null, aws:SecureTransport: true }
    allow: [{ action: s3:GetObject, resource: "arn:aws:s3:::prod-artifacts/releases/app.zip" }]
`
    assert.equal((await outcome(asked(''))).decision, 'allowed')
    assert.equal((await outcome(asked(', policies: []'))).decision, 'allowed')
    const narrow = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' } }
    const denied = await outcome(asked(`, policies: [${JSON.stringify(narrow)}]`))
    assert.deepEqual([denied.decision, denied.blockedBy], ['denied', ['session-policy']])
  })

  it('judges what the call needs next with `chain`', async () => {
    const { results } = await outcomes(`
snapshot: ${join(ROOT, EXAMPLE, 'snapshot')}
tests:
  - name: whole call
    principal: arn:aws:iam::111122223333:role/deploy-role
    context: { aws:SourceVpce: null, aws:SecureTransport: true }
    chain: true
    allow: [{ action: s3:PutObject, resource: "arn:aws:s3:::prod-artifacts/releases/app.zip" }]
`)
    assert.deepEqual(
      results.map(({ action }) => action),
      ['s3:PutObject', 'kms:GenerateDataKey'],
    )
    assert.match(results[1]?.further ?? '', /data key/)
  })

  it('catches a denial before the deploy, in a plan and in a template', async () => {
    const of = (subject: string, principal: string, allow: string, deny: string) => `
${subject}
tests:
  - name: after the deploy
    principal: ${principal}
    context: { aws:SourceVpce: null, aws:SecureTransport: true }
    allow: [${allow}]
    deny: [${deny}]
`
    const plan = of(
      `terraform: { file: ${join(ROOT, 'examples', 'terraform-plan.json')}, noOrganization: true }`,
      'arn:aws:iam::111122223333:role/ci/deploy',
      '{ action: s3:PutObject, resource: "arn:aws:s3:::acme-artifacts/x" }',
      '{ action: s3:DeleteObject, resource: "arn:aws:s3:::acme-artifacts/x", by: identity-policy, statement: NoDelete }',
    )
    const { results } = await outcomes(plan)
    // What is known only after apply stays open; what no statement can allow is denied.
    assert.deepEqual(
      results.map(({ decision }) => decision),
      ['undetermined', 'denied'],
    )
    assert.equal(results[1]?.passed, true)
    const template = of(
      `cloudformation: { file: ${join(ROOT, 'examples', 'template.yaml')}, account: "111122223333", region: eu-west-1, noOrganization: true }`,
      'arn:aws:iam::111122223333:role/release-prod',
      '{ action: s3:PutObject, resource: "arn:aws:s3:::acme-releases/releases/app.zip" }',
      '{ action: s3:PutObject, resource: "arn:aws:s3:::acme-releases/other/app.zip" }',
    )
    const made = await denytrace(['test', '-'], { stdin: template })
    assert.deepEqual([made.code, made.out.includes('2 passed, 0 failed')], [0, true], made.out)
  })

  it('takes the organization of a snapshot beside a plan, which may still refuse', async (t) => {
    const at = folder(t)
    cpSync(join(ROOT, EXAMPLE, 'snapshot'), join(at, 'snapshot'), { recursive: true })
    writeFileSync(
      join(at, 'access.test.yaml'),
      `
snapshot: ./snapshot
cloudformation: { file: ${join(ROOT, 'examples', 'template.yaml')}, account: "111122223333", region: eu-west-1 }
tests:
  - name: release
    principal: arn:aws:iam::111122223333:role/release-prod
    context: { aws:SourceVpce: null, aws:SecureTransport: true, aws:RequestedRegion: eu-west-1 }
    allow: [{ action: s3:PutObject, resource: "arn:aws:s3:::acme-releases/releases/app.zip" }]
`,
    )
    const { out } = await denytrace(['test', '--format', 'json'], { cwd: at })
    const [result] = JSON.parse(out).results
    assert.ok(!JSON.stringify(result.missing).includes('control policies'), JSON.stringify(result))
    // Beside what the template holds, the account's roles are not known any more: the deploy may change them.
    const other = `
snapshot: ./snapshot
cloudformation: { file: ${join(ROOT, 'examples', 'template.yaml')}, account: "111122223333", region: eu-west-1 }
tests:
  - name: reader
    principal: arn:aws:iam::111122223333:role/artifact-reader
    deny: [{ action: s3:PutObject, resource: "arn:aws:s3:::acme-releases/x" }]
`
    const run = await denytrace(['test', '-', '--format', 'json'], { cwd: at, stdin: other })
    assert.equal(JSON.parse(run.out).results[0].decision, 'undetermined')
  })

  it('an option beats the file, and the environment only fills in', async () => {
    const text = JSON.stringify({
      tests: [{ name: 'one', principal: DEV, allow: [{ action: 's3:GetObject', resource: KEY }] }],
    })
    assertFault(await denytrace(['test', '-'], { stdin: text }), 3, 'tests/no-subject', '--snapshot')
    assert.equal((await denytrace(['test', '-'], { stdin: text, env: { DENYTRACE_SCENARIO: SCENARIO } })).code, 0)
    assert.equal((await denytrace(['test', '-', '--scenario', SCENARIO], { stdin: text })).code, 0)
    const named = one('allow', { action: 's3:GetObject', resource: KEY })
    const ignored = { DENYTRACE_SNAPSHOT: `${EXAMPLE}/snapshot` }
    assert.equal((await denytrace(['test', '-'], { stdin: named, env: ignored })).code, 0)
    const beaten = await denytrace(['test', '-', '--snapshot', `${EXAMPLE}/snapshot`], { stdin: named })
    assert.equal(beaten.code, 1)
  })

  it('writes several reports at once, and the step summary', async (t) => {
    const at = folder(t)
    const [xml, sarif, summary] = ['junit.xml', 'out.sarif', 'summary.md'].map((name) => join(at, name)) as [
      string,
      string,
      string,
    ]
    const args = ['test', FILE, '--reporter', 'github', '--reporter', `junit=${xml}`, '--reporter', `sarif=${sarif}`]
    const { code, out } = await denytrace(args, { env: { GITHUB_STEP_SUMMARY: summary } })
    assert.equal(code, 1)
    assert.equal(out.split('\n').filter((line) => line.startsWith('::error file=')).length, 2)
    assert.match(readFileSync(xml, 'utf8'), /tests="14" failures="2"/)
    const [run] = JSON.parse(readFileSync(sarif, 'utf8')).runs
    assert.deepEqual(
      run.results.map(
        (one: { locations: { physicalLocation: { region: { startLine: number } } }[] }) =>
          one.locations[0]?.physicalLocation.region.startLine,
      ),
      [18, 19],
    )
    assert.match(readFileSync(summary, 'utf8'), /^## Access tests: 2 of 14 failed$/m)
  })

  it('finds the files of a folder, and access.test.yaml where nothing is named', async () => {
    assert.equal((await denytrace(['test', EXAMPLE])).code, 1)
    assert.match((await denytrace(['test'], { cwd: join(ROOT, EXAMPLE) })).out, /^access\.test\.yaml$/m)
    assertFault(await denytrace(['test', 'docs/layers']), 3, 'tests/none', 'access.test.yaml')
  })

  it('tells what is wrong with the input and the options', async () => {
    assertFault(await denytrace(['test', 'nowhere.yaml']), 3, 'input/not-found', '')
    assertFault(await denytrace(['test', '-'], { stdin: '' }), 3, 'tests/none', '--from-denial')
    assertFault(
      await denytrace(['test', '-'], { stdin: one('allow', { action: 's3:GetObject', resource: KEY }, { denny: [] }) }),
      3,
      'tests/unknown-field',
      '`deny`',
    )
    assertFault(await denytrace(['test', FILE, '--reporter', 'junitt']), 2, 'usage/not-a-value', '`junit`')
    assertFault(
      await denytrace(['test', FILE, '--reporter', 'json', '--reporter', 'text']),
      2,
      'usage/conflicting-options',
      '=',
    )
    assertFault(await denytrace(['test', FILE, '--out', 'x.yaml']), 2, 'usage/conflicting-options', '--reporter')
    assertFault(await denytrace(['test', FILE, '--account', '12']), 2, 'usage/not-a-value', 'twelve')
    assertFault(
      await denytrace(['test', FILE, '--scenario', SCENARIO, '--snapshot', 'x']),
      2,
      'usage/conflicting-options',
      'one of the two',
    )
    assertFault(await denytrace(['test', FILE, '--snapshot', 'nowhere']), 3, 'snapshot/not-found', '')
  })

  it('runs again when a file changes', { timeout: 600_000 }, async (t) => {
    const at = folder(t)
    const path = join(at, 'access.test.yaml')
    writeFileSync(path, one('allow', { action: 's3:GetObject', resource: KEY }))
    const [program, ...first] = PROGRAM
    const child = spawn(program, [...first, 'test', path, '--watch'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    let seen = ''
    const said = (text: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!seen.includes(text)) return
          child.stdout.off('data', look)
          child.stderr.off('data', look)
          resolve()
        }
        child.stdout.on('data', look)
        child.stderr.on('data', look)
        look()
      })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (seen += chunk.toString('utf8')))
    const gone = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)))
    t.after(() => child.kill())
    await said('1 passed, 0 failed')
    await said('Waiting for a change')
    writeFileSync(path, 'tests: [')
    await said('tests/unreadable')
    writeFileSync(path, one('deny', { action: 's3:GetObject', resource: KEY }))
    await said('0 passed, 1 failed')
    child.kill('SIGINT')
    assert.equal(await gone, 130)
  })
})

describe('denytrace test --from-denial', () => {
  const DENIAL = `${EXAMPLE}/denial.json`

  it('writes a test that fails for the denial, and neighbours that pass', async (t) => {
    const path = join(folder(t), 'access.test.yaml')
    const made = await denytrace(['test', '--from-denial', DENIAL, '--snapshot', `${EXAMPLE}/snapshot`, '--out', path])
    assert.deepEqual([made.code, made.out, made.err], [0, '', ''])
    const { out, code } = await denytrace(['test', path, '--format', 'json'])
    assert.equal(code, 1)
    const { results } = JSON.parse(out)
    const failed = results.filter((one: { passed: boolean }) => !one.passed)
    assert.deepEqual(
      failed.map((one: { action: string; resource: string; expected: string; decision: string }) => [
        one.action,
        one.expected,
        one.decision,
      ]),
      [
        ['s3:PutObject', 'allowed', 'denied'],
        ['kms:GenerateDataKey', 'allowed', 'denied'],
      ],
    )
    assert.deepEqual(failed[0].from, { requestId: '4XBGT7W2QHEXAMPL', time: '2026-04-27T10:03:00Z' })
    const kept = results.filter((one: { expected: string }) => one.expected === 'denied')
    assert.ok(kept.length >= 4 && kept.every((one: { passed: boolean }) => one.passed))
    assert.ok(kept.some((one: { principal: string }) => one.principal.endsWith(':role/artifact-reader')))
    assertFault(await denytrace(['test', '--from-denial', DENIAL, '--out', path]), 3, 'output/not-written', 'new file')
  })

  it('takes a paste, and says that its neighbours were not checked', async () => {
    const stdin = `User: ${DEV} is not authorized to perform: s3:GetObject on resource: "${KEY}" because no identity-based policy allows the s3:GetObject action`
    const { code, out } = await denytrace(['test', '--from-denial'], { stdin })
    assert.equal(code, 0)
    assert.match(out, /# the neighbours under `deny` were not checked/)
    const again = await denytrace(['test', '-', '--scenario', SCENARIO, '--format', 'json'], { stdin: out })
    const [first] = JSON.parse(again.out).results
    assert.deepEqual([first.action, first.expected, first.passed], ['s3:GetObject', 'allowed', true])
  })

  it('refuses what is no denial', async () => {
    assertFault(await denytrace(['test', '--from-denial'], { stdin: 'all is well' }), 3, 'input/no-denial', '')
    assertFault(await denytrace(['test', '--from-denial'], { stdin: '' }), 3, 'input/empty', '')
  })
})
