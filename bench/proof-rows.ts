import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, type BuildOptions } from 'esbuild'
import type { Policy, Scenario } from '#engine/scenario.ts'
import { asFunction, PROGRAM_PARAMETERS } from '../scripts/program/as-function.mjs'
import { median, shown } from './figures.ts'
import { type Fixture, REALISTIC, WORST } from './fixtures.ts'
import type { Row } from './rows.ts'
import { rounds } from './size.ts'
import { openZ3 } from './z3.ts'

const ROUNDS = rounds(7)

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

/** Row 7. Each run is a process of its own; z3's, which stays, is asked in turn with ours. */
export async function proofRows(version: string | undefined): Promise<Row[]> {
  const { narrow, ...sides } = fixed(REALISTIC)
  const intended = [
    { principals: ['*'], actions: [FIX.Action], resources: [FIX.Resource], conditions: [FIX.Condition] },
  ]
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-bench-'))
  const z3 = version === undefined ? undefined : openZ3()
  try {
    const files = await built(folder)
    const run = (file: string, options: object, given: object = sides): Proved =>
      JSON.parse(
        spawnSync(process.execPath, [file, 'prove'], {
          encoding: 'utf8',
          // The code cache is for this bench alone.
          env: { ...process.env, XDG_CACHE_HOME: folder },
          input: JSON.stringify({ ...given, options: { lost: false, ...options } }),
          maxBuffer: 1024 * 1024,
        }).stdout,
      ) as Proved
    // The first run writes the code cache: the same proof over other policies.
    const { narrow: _, ...others } = fixed(WORST)
    run(files.shipped, { intended }, others)
    const starved = run(files.shipped, { intended, budget: 1 })
    const [shipped, plain, solving]: [Proved[], Proved[], number[]] = [[], [], []]
    for (let id = 0; id < ROUNDS; id++) {
      shipped.push(run(files.shipped, { intended }))
      plain.push(run(files.plain, { intended }))
      const question = {
        id,
        old: together(narrow),
        new: together([...narrow, { name: 'fix', document: document(FIX) }]),
        gates: gatesOf(REALISTIC),
      }
      if (z3 !== undefined) solving.push((await z3.ask(question, 20_000)).ms)
    }
    return rowsOf(shipped, plain, starved, solving, version)
  } finally {
    z3?.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * The proof as the program is shipped, one script that starts from V8's code cache (ADR 0017), and as a module without
 * it, for which Node compiles every function it calls.
 */
async function built(folder: string): Promise<{ readonly shipped: string; readonly plain: string }> {
  const common: BuildOptions = {
    entryPoints: [join(import.meta.dirname, 'prove-once.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    conditions: ['denytrace-src'],
    mainFields: ['module', 'main'],
    charset: 'ascii',
    supported: { 'template-literal': false },
    logLevel: 'warning',
  }
  const plain = join(folder, 'prove-once.mjs')
  await build({ ...common, format: 'esm', outfile: plain })
  const program = join(folder, 'program.cjs')
  await build({ ...common, format: 'cjs', outfile: program })
  asFunction(program, PROGRAM_PARAMETERS)
  const shipped = join(folder, 'main.cjs')
  copyFileSync(join(import.meta.dirname, '..', 'scripts', 'program', 'main.cjs'), shipped)
  return { shipped, plain }
}

function rowsOf(
  runs: readonly Proved[],
  plain: readonly Proved[],
  starved: Proved,
  z3: readonly number[],
  version: string | undefined,
): Row[] {
  const mine = median(runs.map(({ milliseconds }) => milliseconds))
  const without = median(plain.map(({ milliseconds }) => milliseconds))
  const memory = Math.max(...[...runs, ...plain].map(({ megabytes }) => megabytes))
  const isProved = runs.every(({ newAccess, beyond }) => newAccess === 'some' && beyond === 'none')
  const ratio = z3.length === 0 ? undefined : median(z3) / mine
  const base = { row: '7', yardstick: '-' }
  return [
    {
      ...base,
      what: 'proof that one fix grants nothing else, realistic set, cold, as shipped',
      bar: '<= 1/5 of z3',
      ours: `${shown(mine)}${isProved ? '' : ', not proved'}`,
      yardstick:
        ratio === undefined ? 'not at hand (pip install z3-solver)' : `z3 ${version}: ${shown(median(z3))} of solving`,
      result: ratio === undefined ? 'not computed' : `1/${ratio.toFixed(1)}`,
      met: ratio === undefined ? undefined : ratio >= 5 && isProved,
    },
    {
      ...base,
      what: 'the same without the code cache',
      bar: '-',
      ours: shown(without),
      result: ratio === undefined ? 'not computed' : `1/${(median(z3) / without).toFixed(1)}`,
      met: undefined,
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
