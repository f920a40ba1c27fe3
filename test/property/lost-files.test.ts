/** A file of a snapshot that is lost, emptied or cut, and a coverage that says less: what is not known any more is never none. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { evaluateRequest } from '#app/evaluate.ts'
import { readFolder } from '#collect/folder.ts'
import { managedPolicyByArn } from '../../src/collect/managed-policies.ts'
import { whoCan } from '#prove/who-can.ts'
import { readSnapshot, type Snapshot, type SnapshotFiles } from '#snapshot/snapshot.ts'
import { ACCOUNTS, arbitrarySnapshot, ASKS } from './arbitrary-snapshot.ts'
import { RUNS } from './runs.ts'

/** A fixed seed in CI; `DENYTRACE_SEED` draws others. A failure prints the smallest snapshot and the seed. */
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261129)

interface Entry {
  readonly part: string
  readonly state: string
  readonly files?: number
}

const below = (files: SnapshotFiles, part: string): number =>
  [...files.keys()].filter((path) => path !== 'meta.json' && path.startsWith(part === '' ? '' : `${part}/`)).length

const entry = (files: SnapshotFiles, part: string): Entry =>
  part.endsWith('.json') ? { part, state: 'complete' } : { part, state: 'complete', files: below(files, part) }

/** As `collect` writes it: what a complete folder holds is counted. */
function withMeta(files: SnapshotFiles, parts: readonly string[]): SnapshotFiles {
  const coverage = parts.map((part) => entry(files, part))
  return new Map([...files, ['meta.json', JSON.stringify({ coverage })]])
}

const COVERED: readonly (readonly string[])[] = [
  [''],
  ['organization.json', 'policies', ...ACCOUNTS.map((id) => `accounts/${id}`)],
  [
    'organization.json',
    'policies',
    ...ACCOUNTS.flatMap((id) => [
      `accounts/${id}/account.json`,
      `accounts/${id}/authorization-details.json`,
      ...['s3', 'kms', 'sqs'].map((service) => `accounts/${id}/resources/${service}`),
    ]),
  ],
  [],
]

type Damage = { readonly at: number; readonly how: 'lost' | 'emptied' | 'cut'; readonly share: number }

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat({ max: 1000 }),
  how: fc.constantFrom('lost', 'emptied', 'cut'),
  share: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
})

function damaged(files: SnapshotFiles, { at, how, share }: Damage): SnapshotFiles {
  const paths = [...files.keys()]
  const path = paths[at % paths.length] ?? ''
  const left = new Map(files)
  if (how === 'lost') left.delete(path)
  else left.set(path, how === 'emptied' ? '' : (files.get(path) ?? '').slice(0, (files.get(path) ?? '').length * share))
  return left
}

/** What meta.json calls complete is called so no more. That something is partial or missing is never taken back. */
function saysLess(files: SnapshotFiles, at: number, how: 'removed' | 'partial'): SnapshotFiles {
  const meta = JSON.parse(files.get('meta.json') ?? '{}') as { coverage?: Entry[] }
  const coverage = meta.coverage ?? []
  const complete = coverage.filter(({ state }) => state === 'complete')
  const chosen = complete[at % Math.max(1, complete.length)]
  const left = coverage.flatMap((one) =>
    one !== chosen ? [one] : how === 'removed' ? [] : [{ part: one.part, state: 'partial' }],
  )
  return new Map([...files, ['meta.json', JSON.stringify({ ...meta, coverage: left })]])
}

const less: fc.Arbitrary<(files: SnapshotFiles) => SnapshotFiles> = fc.oneof(
  { weight: 3, arbitrary: damage.map((one) => (files: SnapshotFiles) => damaged(files, one)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat({ max: 20 }), fc.constantFrom('removed' as const, 'partial' as const)).map(
      ([at, how]) =>
        (files: SnapshotFiles) =>
          saysLess(files, at, how),
    ),
  },
)

const PRINCIPALS = ACCOUNTS.flatMap((account) =>
  ['root', 'user/ann', 'role/team/app', 'role/plain'].map((name) => `arn:aws:iam::${account}:${name}`),
)

const generated = fc
  .tuple(arbitrarySnapshot, fc.constantFrom(...COVERED))
  .map(([files, parts]) => withMeta(files, parts))
  .filter((files) => files.size > 1)

const decide = (snapshot: Snapshot, principal: string, action: string, resource: string) =>
  evaluateRequest(snapshot, { principal, action, resource }, { sessionPolicies: null }).decision.decision

/** So many requests are asked of one snapshot and of what is left of it. */
const ASKED = 10

test(`whatever is lost of a random snapshot, a decision stays or becomes undetermined, ${RUNS} times (seed ${SEED})`, () => {
  const seen = { allowed: 0, denied: 0, undetermined: 0, lost: 0 }
  const requests = fc.array(fc.tuple(fc.constantFrom(...PRINCIPALS), fc.constantFrom(...ASKS)), {
    minLength: ASKED,
    maxLength: ASKED,
  })
  fc.assert(
    fc.property(generated, less, requests, (files, lose, asked) => {
      const [whole, left] = [readSnapshot(files), readSnapshot(lose(files))]
      for (const [principal, [action, resource]] of asked) {
        const [was, is] = [decide(whole, principal, action, resource), decide(left, principal, action, resource)]
        seen[was]++
        if (is !== was) seen.lost++
        assert.ok(is === was || is === 'undetermined', `${principal} ${action} ${resource}: ${was}, then ${is}`)
      }
    }),
    { numRuns: Math.ceil(RUNS / ASKED), seed: SEED },
  )
  for (const [what, count] of Object.entries(seen)) assert.ok(count > RUNS / 50, `only ${count} are ${what}`)
})

const EXAMPLES = new URL('../../examples/', import.meta.url)

/** Each example's snapshot with the requests that its own denial, and those of the other principals in it, come to. */
async function examples() {
  const found: { name: string; files: SnapshotFiles; asks: readonly (readonly [string, string, string])[] }[] = []
  for (const name of readdirSync(EXAMPLES).toSorted()) {
    const folder = new URL(`${name}/snapshot/`, EXAMPLES)
    const files = await readFolder(folder.pathname).catch(() => undefined)
    if (files === undefined) continue
    const text = [...files.values()].join('\n')
    const arns = (pattern: RegExp) => [...new Set(text.match(pattern) ?? [])].toSorted()
    const principals = arns(/arn:aws:iam::\d{12}:(?:user|role)\/[\w+=,.@/-]+/g)
    const targets: [string, string][] = [
      ...arns(/(?<="arn": ?")arn:aws:s3:::[\w.-]+/g).flatMap((arn): [string, string][] => [
        ['s3:GetObject', `${arn}/reports/a.csv`],
        ['s3:PutObject', `${arn}/a`],
        ['s3:ListBucket', arn],
      ]),
      ...arns(/(?<="arn": ?")arn:aws:kms:[\w:/-]+/g).map((arn): [string, string] => ['kms:GenerateDataKey', arn]),
      ...arns(/(?<="arn": ?")arn:aws:secretsmanager:[\w:/-]+/g).map((arn): [string, string] => [
        'secretsmanager:GetSecretValue',
        arn,
      ]),
      ['ec2:RunInstances', '*'],
      ['sts:GetCallerIdentity', '*'],
      ['s3:GetObject', 'arn:aws:s3:::of-nobody/a'],
      ...principals.filter((arn) => arn.includes(':role/')).map((arn): [string, string] => ['sts:AssumeRole', arn]),
    ]
    const asks = principals.flatMap((principal) =>
      targets.map(([action, resource]) => [principal, action, resource] as const),
    )
    found.push({ name, files, asks })
  }
  return found
}

test('whatever is lost of an example, a decision stays or becomes undetermined', async () => {
  let cases = 0
  let lost = 0
  for (const { name, files, asks } of await examples()) {
    const whole = readSnapshot(files)
    const before = asks.map((ask) => decide(whole, ...ask))
    for (const [what, left] of allLosses(files)) {
      const snapshot = readSnapshot(left)
      for (const [i, ask] of asks.entries()) {
        const [was, is] = [before[i], decide(snapshot, ...ask)]
        cases++
        if (is !== was) lost++
        assert.ok(is === was || is === 'undetermined', `${name}, ${what}: ${ask.join(' ')} was ${was}, and is ${is}`)
      }
    }
  }
  assert.ok(cases > 3000 && lost > cases / 20, `${cases} cases, ${lost} lost`)
})

/** Every file lost, emptied and cut, and every complete entry of coverage taken back. */
function* allLosses(files: SnapshotFiles): Generator<readonly [what: string, left: SnapshotFiles]> {
  for (const [at, path] of [...files.keys()].entries())
    for (const how of ['lost', 'emptied', 'cut'] as const)
      yield [`${path} ${how}`, damaged(files, { at, how, share: 0.5 })]
  const { coverage = [] } = JSON.parse(readText(files)) as { coverage?: Entry[] }
  for (const [at, { part }] of coverage.filter(({ state }) => state === 'complete').entries())
    for (const how of ['removed', 'partial'] as const) yield [`${part} ${how}`, saysLess(files, at, how)]
}

const readText = (files: SnapshotFiles): string => files.get('meta.json') ?? '{}'

const options = { managedPolicies: managedPolicyByArn, all: true }

test(`who-can of a damaged snapshot claims nobody new and drops nobody without a word (seed ${SEED})`, () => {
  const runs = Math.ceil(RUNS / 20)
  let told = 0
  fc.assert(
    fc.property(generated, less, fc.constantFrom(...ASKS), (files, lose, [action, resource]) => {
      const ask = (of: SnapshotFiles) => whoCan(readSnapshot(of), { action, resource }, options)
      const [whole, left] = [ask(files), ask(lose(files))]
      const after = new Map(left.principals.map(({ principal, decision }) => [principal, decision]))
      const gone = new Set(left.notExamined.map(({ account }) => account))
      const tellsOfEverybody = gone.has('*') || (after.get('anonymous') ?? 'denied') !== 'denied'
      const isTold = (principal: string): boolean => tellsOfEverybody || gone.has(principal.split(':')[4] ?? '')
      const before = new Map(whole.principals.map(({ principal, decision }) => [principal, decision]))
      for (const [principal, decision] of before) {
        const now = after.get(principal)
        if (decision === 'denied' && now === undefined) continue
        told++
        if (now === undefined) assert.ok(isTold(principal), `${principal} (${decision}) is dropped without a word`)
        else assert.ok(now === decision || now === 'undetermined', `${principal}: ${decision}, then ${now}`)
      }
      for (const [principal, decision] of after)
        assert.ok(before.has(principal) || decision !== 'allowed', `${principal} is claimed anew`)
    }),
    { numRuns: runs, seed: SEED },
  )
  assert.ok(told > runs, `only ${told} answers`)
})
