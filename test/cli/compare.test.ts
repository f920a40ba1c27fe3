import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { compare, diagnose, evaluate } from '../../src/library.ts'
import { compare as compareInBrowser } from '../../src/engine-library.ts'
import { EXAMPLE, linesOf, ROOT } from './run-cli.ts'
import { denytraceInside as denytrace } from './run-inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-compare-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, value: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
  return path
}

const document = (...statements: readonly object[]) => ({ Version: '2012-10-17', Statement: statements })
const allow = (action: string, resource = '*') => ({ Effect: 'Allow', Action: action, Resource: resource })
const NARROW = document(allow('s3:GetObject', 'arn:aws:s3:::b/*'))
const WIDE = document(allow('s3:*', 'arn:aws:s3:::b/*'))
const BROKEN = { Version: '2012-10-17', Statement: [{ Effect: 'Maybe', Action: '*', Resource: '*' }] }

const HOSTILE = join(ROOT, 'test', 'corpus', 'hostile-policies', 'mixed.json')

/** Deeper than anything that recurses can follow. */
const DEEP = `${'['.repeat(20_000)}${']'.repeat(20_000)}`

test('exits with 1 for new access, 0 where none is new, 4 where that is undecided', async () => {
  const [narrow, wide, broken] = [file('n.json', NARROW), file('w.json', WIDE), file('b.json', BROKEN)]
  const runs = await Promise.all([
    denytrace(['compare', narrow, wide]),
    denytrace(['compare', wide, narrow]),
    denytrace(['compare', narrow, broken]),
  ])
  assert.deepEqual(
    runs.map(({ code }) => code),
    [1, 0, 4],
  )
  assert.match(runs[0].out, /^New access {3}some\n {2}s3:\* on arn:aws:s3:::b\/\*/)
  assert.match(runs[2].out, /cannot be read/)
})

test('the witness of JSON output is a whole request that the two sides answer differently', async () => {
  const { out } = await denytrace(['compare', file('n.json', NARROW), file('w.json', WIDE), '--format', 'json'])
  const { schemaVersion, witness, newlyAllowed, lostAccess } = JSON.parse(out)
  assert.equal(schemaVersion, 1)
  assert.equal(lostAccess, 'none')
  assert.equal(newlyAllowed.length, 1)
  assert.equal(witness.contextComplete, true)
  const decisions = [NARROW, WIDE].map(
    (one) =>
      evaluate({ request: witness, policies: { complete: true, identityPolicies: [{ name: 'p', document: one }] } })
        .decision,
  )
  assert.deepEqual(decisions, ['denied', 'allowed'])
})

test('lists, policies by name, scenarios and the text of a document are taken, one side on standard input', async () => {
  const list = file('list.json', [NARROW, { name: 'more', document: WIDE }])
  assert.equal((await denytrace(['compare', list, file('w.json', WIDE)])).code, 0)
  const scenario = (policies: object) => ({
    request: { principal: 'arn:aws:iam::111122223333:user/u', action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' },
    policies: { complete: true, identityPolicies: [{ name: 'p', document: WIDE }], ...policies },
  })
  const bounded = file('bounded.json', scenario({ permissionsBoundary: { name: 'b', document: NARROW } }))
  const free = file('free.json', scenario({}))
  assert.equal((await denytrace(['compare', bounded, free])).code, 1)
  assert.equal((await denytrace(['compare', free, bounded])).code, 0)
  assert.equal((await denytrace(['compare', '-', list], { stdin: JSON.stringify(WIDE) })).code, 0)
  assert.equal(compare({ old: JSON.stringify(NARROW), new: WIDE }).newAccess, 'some')
})

test('snapshots: what changed for everyone', async () => {
  const monday = join(ROOT, EXAMPLE, 'snapshot')
  const tuesday = join(folder, 'tuesday')
  cpSync(monday, tuesday, { recursive: true })
  assert.equal((await denytrace(['compare', monday, tuesday])).code, 0)
  const details = join(tuesday, 'accounts/111122223333/authorization-details.json')
  const text = readFileSync(details, 'utf8')
  assert.ok(text.includes('arn:aws:s3:::staging-artifacts/*'))
  writeFileSync(details, text.replaceAll('arn:aws:s3:::staging-artifacts/*', 'arn:aws:s3:::*'))
  const { code, out } = await denytrace(['compare', monday, tuesday, '--format', 'json'])
  const { newlyAllowed, lostAccess } = JSON.parse(out)
  assert.equal(code, 1)
  assert.equal(lostAccess, 'none')
  assert.match(newlyAllowed[0].principals[0], /:role\//)
})

test('a batch answers line by line, and one bad line stops nothing', async () => {
  const lines = [
    { id: 1, old: NARROW, new: WIDE },
    { id: 'two', old: [NARROW], new: [{ name: 'x', document: NARROW }] },
    { id: 3, old: NARROW },
    {
      id: 4,
      kind: 'resource-policy',
      old: document({ ...allow('s3:GetObject', 'arn:aws:s3:::b/*'), Principal: { AWS: '111122223333' } }),
      new: document({ ...allow('s3:GetObject', 'arn:aws:s3:::b/*'), Principal: '*' }),
    },
    { id: 5, old: NARROW, new: NARROW, kind: 'scp' },
  ]
  const deep = `{"id":7,"old":${JSON.stringify(NARROW)},"new":{"Version":"2012-10-17","Statement":${DEEP}}}`
  const twice = `{"id":6,"old":${JSON.stringify(NARROW)},"new":{"Version":"2012-10-17","Statement":[],"Statement":[]}}`
  const path = file('batch.jsonl', `${lines.map((line) => JSON.stringify(line)).join('\n')}\n${twice}\n${deep}\n`)
  const { code, out } = await denytrace(['compare', '--batch', path])
  assert.equal(code, 3)
  const answers = linesOf(out) as { id: unknown; result?: { newAccess: string }; error?: { code: string } }[]
  assert.deepEqual(
    answers.map(({ id, result, error }) => [id, result?.newAccess ?? error?.code]),
    [
      [1, 'some'],
      ['two', 'none'],
      [3, 'batch/missing-field'],
      [4, 'some'],
      [5, 'batch/missing-field'],
      [6, 'batch/duplicate-key'],
      [7, 'documents/not-a-policy'],
    ],
  )
})

test('wrong input is told with a hint and nothing on standard output', async () => {
  const narrow = file('n.json', NARROW)
  // biome-ignore format: a table is read by its columns
  const rows: readonly (readonly [args: readonly string[], code: number, told: RegExp])[] = [
    [[],                                              2, /^usage\/missing-operand: /],
    [[narrow],                                        2, /only one is given\nhint: /],
    [['-', '-'],                                      2, /^usage\/missing-operand: /],
    [[narrow, join(folder, 'nowhere.json')],          3, /^input\/not-found: .*\nhint: /],
    [[narrow, file('text.json', 'not JSON')],         3, /^documents\/unreadable: .*\nhint: /],
    [[narrow, file('number.json', '5')],              3, /^documents\/not-a-policy: .*\nhint: /],
    [[narrow, file('deep.json', DEEP)],               3, /^documents\/not-a-policy: .*deep\.json.*\nhint: /],
    [[file('world.json', `{"policies":{"x":${DEEP}}}`), narrow], 3, /^documents\/not-a-policy: .*\nhint: /],
    [[narrow, join(ROOT, EXAMPLE, 'snapshot')],       3, /^documents\/different-kinds: .*\nhint: /],
    [[narrow, narrow, narrow],                        2, /^usage\/too-many-files: /],
    [[narrow, narrow, '--kind', 'scp'],               2, /^usage\/not-a-value: /],
  ]
  for (const [args, code, told] of rows) {
    const ran = await denytrace(['compare', ...args])
    assert.equal(ran.code, code, ran.err)
    assert.match(ran.err, told)
    assert.equal(ran.out, '')
  }
})

test('the budget is that of one comparison: on the command line, of each line of a batch, and in the library', async () => {
  const hostile = readFileSync(HOSTILE, 'utf8')
  const document = JSON.parse(hostile) as { readonly Statement: readonly object[] }
  const sides = { old: document, new: { ...document, Statement: document.Statement.slice(1).toReversed() } }
  const [old, next] = [file('hostile.json', hostile), file('changed.json', JSON.stringify(sides.new))]
  const budget = ['--budget', '0.001']
  const one = await denytrace(['compare', old, next, '--format', 'json', ...budget])
  const stdin = [1, 2].map((id) => JSON.stringify({ id, ...sides })).join('\n')
  const batch = await denytrace(['compare', '--batch', '-', ...budget], { stdin })
  const found = [
    JSON.parse(one.out) as unknown,
    ...linesOf(batch.out).map(({ result }) => result),
    compare({ ...sides, budget: 0.001 }),
    compare(sides.old, sides.new, { budget: 0.001 }),
  ] as readonly ReturnType<typeof compare>[]
  assert.equal(found.length, 5)
  for (const { newAccess, reason } of found) {
    assert.equal(newAccess, 'undecided')
    assert.match(reason ?? '', /work budget of 4000 steps was used up/)
  }
  for (const wrong of [0, -1, Number.NaN, 10_001, '1'] as number[]) {
    const fault = { code: 'usage/not-a-value' }
    assert.throws(() => compare({ ...sides, budget: wrong }), fault)
    assert.throws(() => diagnose({ text: 'AccessDenied', budget: wrong }), fault)
  }
})

test('the budget of a diagnosis is that of its fixes, and its decision needs none', () => {
  const scenario = {
    request: { principal: 'arn:aws:iam::111122223333:user/a', action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' },
    policies: {
      complete: true,
      identityPolicies: [{ name: 'p', document: JSON.parse(readFileSync(HOSTILE, 'utf8')) }],
    },
  } as const
  const text = `User: ${scenario.request.principal} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k"`
  const [starved, whole] = [diagnose({ text, scenario, budget: 0.000_001 }), diagnose({ text, scenario })]
  assert.match(JSON.stringify(starved), /work budget of 4 steps was used up/)
  assert.doesNotMatch(JSON.stringify(whole), /budget of 4 steps/)
  const decided = ({ diagnoses }: typeof whole) => diagnoses[0]?.steps[0]?.decision.decision
  assert.equal(decided(starved), decided(whole))
})

test('the library takes both sides in one object or one after the other, with and without Node', () => {
  const both: readonly (typeof compareInBrowser)[] = [compare, compareInBrowser]
  for (const ask of both) {
    assert.equal(ask({ old: NARROW, new: WIDE }).newAccess, 'some')
    assert.equal(ask(NARROW, WIDE).newAccess, 'some')
    assert.equal(ask(WIDE, NARROW, { kind: 'identity-policy' }).newAccess, 'none')
  }
  const managed = [{ name: 'r', arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }]
  assert.equal(compare({ old: null, new: managed }).newAccess, 'some')
  assert.equal(compareInBrowser({ old: null, new: managed }).newAccess, 'undecided')
})
