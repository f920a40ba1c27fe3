import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { type Fixture, REALISTIC } from './fixtures.ts'
import type { Subject } from './load-subject.ts'
import { type PolicyPair, policyPairs } from './policy-pairs.ts'
import type { Row } from './rows.ts'
import { askZ3, z3Version } from './z3.ts'

const PAIRS = 240
/** z3 takes its time: it is asked of every so manieth pair, in turn with us. */
const EVERY = 4
const ROUNDS = 5

/** Rows 6 and 7. */
export async function compareRows(subject: Subject): Promise<Row[]> {
  const version = z3Version()
  return [...pairRows(subject, version), ...(await proofRows(version))]
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const shown = (milliseconds: number): string => `${milliseconds.toFixed(milliseconds < 10 ? 3 : 0)} ms`

function pairRows(subject: Subject, version: string | undefined): Row[] {
  const pairs = policyPairs(PAIRS)
  const compare = ({ old, new: next }: PolicyPair) => subject.compareDocuments([old], [next])
  for (let round = 0; round < ROUNDS; round++) for (const pair of pairs) compare(pair)
  const times = pairs.map((): number[] => [])
  let undecided = 0
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, pair] of pairs.entries()) {
      const from = performance.now()
      const { newAccess, lostAccess } = compare(pair)
      times[i]?.push(performance.now() - from)
      if (round === 0 && (newAccess === 'undecided' || lostAccess === 'undecided')) undecided++
    }
  const each = times.map(median)
  const row = (
    what: string,
    bar: string,
    ours: string,
    theirs: string,
    result: string,
    met: boolean | undefined,
  ): Row => ({
    row: '6',
    what,
    bar,
    ours,
    yardstick: theirs,
    result,
    met,
  })
  const [p50, longest] = [median(each), Math.max(...each)]
  return [
    row(
      `compare two wildcard policies, both directions, ${PAIRS} pairs`,
      '<= 0.2 ms',
      shown(p50),
      '-',
      shown(p50),
      p50 <= 0.2,
    ),
    row('the same: the longest', '<= 100 ms', shown(longest), '-', shown(longest), longest <= 100),
    row('the same: pairs not decided', '0', String(undecided), '-', String(undecided), undecided === 0),
    ...againstZ3(subject, pairs, version, row),
  ]
}

/**
 * Like with like: one direction, and both after preparation. z3 has its problem made and asserted, and is timed from there
 * to its answer; we have the documents read, and are timed from there to the answer with its sets and a witness that was
 * replayed. The second row begins with the documents on both sides; making z3's problem is Python's work more than z3's, so
 * no bar hangs on it. Each pair counts with the median of several runs on either side, all of them made anew but for the
 * documents of the first row.
 */
function againstZ3(
  subject: Subject,
  pairs: readonly PolicyPair[],
  version: string | undefined,
  row: (...cells: [string, string, string, string, string, boolean | undefined]) => Row,
): Row[] {
  const what = 'one direction, from documents that are read, against z3 from a problem that is asserted'
  if (version === undefined)
    return [row(what, '>= 40x, agrees', '-', 'not at hand (pip install z3-solver)', 'not computed', undefined)]
  const asked = pairs.filter((_, i) => i % EVERY === 0)
  const answers = askZ3(
    asked.map((pair, id) => ({ id, ...pair })),
    3000,
  )
  const [solving, whole]: [number[], number[]] = [[], []]
  let [agreed, decided] = [0, 0]
  for (const { id, answer } of answers) {
    const { old, new: next } = asked[id] as PolicyPair
    const timed = (run: () => unknown): number =>
      median(
        Array.from({ length: ROUNDS }, () => {
          const from = performance.now()
          run()
          return performance.now() - from
        }),
      )
    const inOne = { lost: false }
    whole.push(timed(() => subject.compareDocuments([old], [next], 'identity-policy', inOne)))
    const read = subject.readDocuments([old], [next], 'identity-policy')
    solving.push(timed(() => subject.compareRead(read, inOne)))
    if (answer === 'unknown') continue
    decided++
    const { newAccess } = subject.compareRead(read, inOne)
    if (newAccess === (answer === 'sat' ? 'some' : 'none')) agreed++
  }
  const cells = (mine: number, theirs: number, said: string, agrees: string) =>
    [shown(mine), `z3 ${version}: ${shown(theirs)}${said}`, `${(theirs / mine).toFixed(0)}x${agrees}`] as const
  const [ours, theirs] = [median(solving), median(answers.map(({ ms }) => ms))]
  const isMet = theirs / ours >= 40 && agreed === decided
  const said = ` of solving, decides ${decided} of ${asked.length}`
  const all = median(answers.map(({ ms, asserting = 0 }) => ms + asserting))
  return [
    row(what, '>= 40x, agrees', ...cells(ours, theirs, said, `, agrees on ${agreed}`), isMet),
    row('the same, both from the documents', '-', ...cells(median(whole), all, ' with asserting', ''), undefined),
  ]
}

const FIX = {
  Sid: 'Release',
  Effect: 'Allow',
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::release-mirror/releases/*',
  Condition: { StringEquals: { 'aws:PrincipalTag/team': 'release' } },
}

const document = (...statements: readonly object[]): object => ({ Version: '2012-10-17', Statement: statements })

/** The fixture without the broad policies, so that the fix grants something, and the same with the fix. */
function fixed({ policies, organization, requests }: Fixture) {
  const narrow = (policies.identityPolicies ?? []).filter(
    ({ name }) => name !== 'AmazonS3FullAccess' && name !== 'PowerUserAccess',
  )
  const [request] = requests
  if (request === undefined) throw new Error('a fixture without requests')
  const side = (identityPolicies: readonly Policy[]): Scenario => ({
    request,
    organization,
    policies: { ...policies, identityPolicies },
  })
  return { old: side(narrow), new: side([...narrow, { name: 'fix', document: document(FIX) }]), narrow }
}

interface Proved {
  readonly milliseconds: number
  readonly megabytes: number
  readonly newAccess: string
  readonly beyond: string
}

async function proofRows(version: string | undefined): Promise<Row[]> {
  const { old, new: next, narrow } = fixed(REALISTIC)
  const intended = [
    { principals: ['*'], actions: [FIX.Action], resources: [FIX.Resource], conditions: [FIX.Condition] },
  ]
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-bench-'))
  const outfile = join(folder, 'prove-once.mjs')
  try {
    await build({
      entryPoints: [join(import.meta.dirname, 'prove-once.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      conditions: ['denytrace-src'],
      mainFields: ['module', 'main'],
      logLevel: 'warning',
    })
    const run = (options: object): Proved =>
      JSON.parse(
        spawnSync(process.execPath, [outfile], {
          encoding: 'utf8',
          input: JSON.stringify({ old, new: next, options: { lost: false, ...options } }),
          maxBuffer: 1024 * 1024,
        }).stdout,
      ) as Proved
    const runs = Array.from({ length: ROUNDS }, () => run({ intended }))
    const starved = run({ intended, budget: 1 })
    const gates = gatesOf(REALISTIC)
    const z3 =
      version === undefined
        ? []
        : askZ3(
            Array.from({ length: 3 }, (_, id) => ({
              id,
              old: together(narrow),
              new: together([...narrow, { name: 'fix', document: document(FIX) }]),
              gates,
            })),
            20_000,
          )
    return rowsOf(
      runs,
      starved,
      z3.map(({ ms }) => ms),
      version,
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function rowsOf(runs: readonly Proved[], starved: Proved, z3: readonly number[], version: string | undefined): Row[] {
  const mine = median(runs.map(({ milliseconds }) => milliseconds))
  const memory = Math.max(...runs.map(({ megabytes }) => megabytes))
  const isProved = runs.every(({ newAccess, beyond }) => newAccess === 'some' && beyond === 'none')
  const ratio = z3.length === 0 ? undefined : median(z3) / mine
  const base = { row: '7', yardstick: '-' }
  return [
    {
      ...base,
      what: 'proof that one fix grants nothing else, realistic set, cold',
      bar: '<= 1/5 of z3',
      ours: `${shown(mine)}${isProved ? '' : ', not proved'}`,
      yardstick:
        ratio === undefined ? 'not at hand (pip install z3-solver)' : `z3 ${version}: ${shown(median(z3))} of solving`,
      result: ratio === undefined ? 'not computed' : `1/${ratio.toFixed(1)}`,
      met: ratio === undefined ? undefined : ratio >= 5 && isProved,
    },
    {
      ...base,
      what: 'the same: peak of resident memory',
      bar: '<= 256 MB',
      ours: `${memory.toFixed(0)} MB`,
      result: `${memory.toFixed(0)} MB`,
      met: memory <= 256,
    },
    {
      ...base,
      what: 'the same with a budget of one step',
      bar: 'undecided',
      ours: starved.newAccess,
      result: starved.newAccess,
      met: starved.newAccess === 'undecided',
    },
  ]
}

const statementsOf = ({ document: written }: Policy): readonly object[] =>
  (written as { Statement: readonly object[] }).Statement
const together = (policies: readonly Policy[]): Policy => ({
  name: 'all',
  document: document(...policies.flatMap(statementsOf)),
})

/** Levels of SCPs and the boundary. */
const gatesOf = ({ policies }: Fixture): readonly Policy[] => [
  ...(policies.serviceControlPolicies ?? []).map((level) => together(level.policies ?? [])),
  ...(policies.permissionsBoundary ? [policies.permissionsBoundary] : []),
]
