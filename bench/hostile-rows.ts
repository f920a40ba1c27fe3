/** Row 15: legal policies made to cost as much as they can (test/corpus/hostile-policies), each command in a process of its own. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from './rows.ts'
import { rounds, sized } from './size.ts'

const ROOT = join(import.meta.dirname, '..')
const CORPUS = join(ROOT, 'test', 'corpus', 'hostile-policies')
const MAIN = join(ROOT, 'dist', 'cli', 'main.js')
const ROLE = 'arn:aws:iam::111122223333:role/app'
/** Two seconds of CPU where an empty Node takes 45 ms of it. */
const BAR = 44
const MOST_MEGABYTES = 300
const ROUNDS = rounds(3)

/** What a process took, as it says itself when it ends. */
interface Cost {
  readonly milliseconds: number
  readonly megabytes: number
}

const TELLS = `data:text/javascript,${encodeURIComponent(
  `import{writeSync}from'node:fs';process.on('exit',()=>{const u=process.resourceUsage();writeSync(3,JSON.stringify({milliseconds:(u.userCPUTime+u.systemCPUTime)/1000,megabytes:u.maxRSS/1024}))})`,
)}`

function costOf(args: readonly string[]): Cost {
  const { output } = spawnSync(process.execPath, ['--import', TELLS, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  return JSON.parse(String(output[3])) as Cost
}

export function hostileRows(): readonly Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-bench-'))
  try {
    const all = readdirSync(CORPUS).filter((name) => name.endsWith('.json'))
    const names = sized(all, all.slice(0, 1))
    const commands = names.flatMap((name) => commandsFor(name, folder))
    const [empty, ...costs] = measured([['-e', '0'], ...commands.map(({ args }) => args)])
    return empty === undefined
      ? []
      : ['compare', 'diagnose', 'fix', 'what-can'].map((of) =>
          rowOf(
            of,
            empty,
            commands.map((one, i) => ({ ...one, cost: costs[i] ?? empty })),
          ),
        )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In turn, so that whatever else the machine does meets all alike: medians of CPU, the highest memory. */
function measured(all: readonly (readonly string[])[]): readonly Cost[] {
  const costs = Array.from({ length: ROUNDS }, () => all.map(costOf))
  return all.map((_, i) => {
    const own = costs.flatMap((round) => round[i] ?? []).toSorted((a, b) => a.milliseconds - b.milliseconds)
    return {
      milliseconds: own[Math.floor(own.length / 2)]?.milliseconds ?? Number.NaN,
      megabytes: Math.max(...own.map(({ megabytes }) => megabytes)),
    }
  })
}

interface Named {
  readonly of: string
  readonly name: string
  readonly args: readonly string[]
}

function commandsFor(name: string, folder: string): readonly Named[] {
  const old = join(CORPUS, name)
  const document = JSON.parse(readFileSync(old, 'utf8')) as { Version: string; Statement: unknown[] }
  const own = join(folder, name)
  const account = join(own, 'snapshot', 'accounts', '111122223333')
  mkdirSync(account, { recursive: true })
  const next = join(own, 'next.json')
  writeFileSync(next, JSON.stringify({ ...document, Statement: document.Statement.toSpliced(1, 1).toReversed() }))
  const denial = join(own, 'denial.txt')
  writeFileSync(
    denial,
    `User: arn:aws:sts::111122223333:assumed-role/app/s is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::bucket/data/a.txt" with no explanation`,
  )
  const trust = { Version: '2012-10-17', Statement: [] }
  const role = {
    RoleName: 'app',
    Path: '/',
    Arn: ROLE,
    RoleId: 'AROAEXAMPLEAPP',
    AssumeRolePolicyDocument: trust,
    RolePolicyList: [{ PolicyName: 'hostile', PolicyDocument: document }],
    AttachedManagedPolicies: [],
    Tags: [],
  }
  writeFileSync(
    join(account, 'authorization-details.json'),
    JSON.stringify({ UserDetailList: [], GroupDetailList: [], RoleDetailList: [role], Policies: [] }),
  )
  writeFileSync(join(own, 'snapshot', 'organization.json'), 'null')
  const at = ['--snapshot', join(own, 'snapshot'), '--format', 'json']
  return [
    { of: 'compare', name, args: [MAIN, 'compare', old, next, '--format', 'json'] },
    { of: 'diagnose', name, args: [MAIN, 'diagnose', denial, ...at] },
    { of: 'fix', name, args: [MAIN, 'fix', denial, ...at] },
    { of: 'what-can', name, args: [MAIN, 'what-can', ROLE, ...at] },
  ]
}

function rowOf(of: string, empty: Cost, all: readonly (Named & { readonly cost: Cost })[]): Row {
  const own = all.filter((one) => one.of === of).toSorted((a, b) => b.cost.milliseconds - a.cost.milliseconds)
  const [worst] = own
  const milliseconds = worst?.cost.milliseconds ?? Number.NaN
  const megabytes = Math.max(...own.map(({ cost }) => cost.megabytes))
  const ratio = milliseconds / empty.milliseconds
  return {
    row: '15',
    what: `\`${of}\` of ${own.length} hostile policies within the quotas: CPU of the worst (${worst?.name ?? '-'}), against \`node -e 0\`; peak of memory`,
    bar: `<= ${BAR}x (2 s); <= ${MOST_MEGABYTES} MB`,
    ours: `${milliseconds.toFixed(0)} ms; ${megabytes.toFixed(0)} MB`,
    yardstick: `${empty.milliseconds.toFixed(0)} ms`,
    result: `${ratio.toFixed(1)}x`,
    met: ratio <= BAR && megabytes <= MOST_MEGABYTES,
  }
}
