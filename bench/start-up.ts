import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { interleavedProcesses, type ProcessFigure } from './process.ts'
import type { Row } from './rows.ts'
import { rounds } from './size.ts'

const ROOT = join(import.meta.dirname, '..')
const EXAMPLE = join(ROOT, 'examples', 'kms-behind-s3')
const ROUNDS = rounds(15)
const MORE_ACCOUNTS = 19
const ROLES_EACH = 60

/** Row 11: `diagnose` of one event with a snapshot of 20 accounts, the whole process, against an empty Node. */
export async function startUpRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-bench-'))
  try {
    const snapshot = join(folder, 'snapshot')
    writeSnapshot(snapshot)
    const diagnose = [join(ROOT, 'dist', 'cli', 'main.js'), 'diagnose', '--snapshot', snapshot]
    const [empty, ours] = await interleavedProcesses(
      [
        ['-e', '0'],
        [...diagnose, join(EXAMPLE, 'denial.json')],
      ],
      ROUNDS,
    )
    return empty === undefined || ours === undefined ? [] : [wallRow(empty, ours), memoryRow(ours)]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function wallRow(empty: ProcessFigure, ours: ProcessFigure): Row {
  const ratio = ours.wallMilliseconds / empty.wallMilliseconds
  return {
    row: '11',
    what: 'diagnose one event, snapshot of 20 accounts, whole process, against `node -e 0`',
    bar: '<= 2.5x',
    ours: `${ours.wallMilliseconds.toFixed(0)} ms`,
    yardstick: `${empty.wallMilliseconds.toFixed(0)} ms`,
    result: `${ratio.toFixed(2)}x`,
    met: ratio <= 2.5,
  }
}

function memoryRow({ peakMegabytes }: ProcessFigure): Row {
  return {
    row: '11',
    what: 'the same: peak of resident memory',
    bar: '<= 80 MB',
    ours: peakMegabytes === undefined ? '-' : `${peakMegabytes.toFixed(0)} MB`,
    yardstick: '-',
    result: peakMegabytes === undefined ? 'not computed' : `${peakMegabytes.toFixed(0)} MB`,
    met: peakMegabytes === undefined ? undefined : peakMegabytes <= 80,
  }
}

interface Details {
  readonly RoleDetailList: { RoleName: string; Arn: string }[]
}

interface Organization {
  readonly roots: { accounts?: unknown[] }[]
}

/** The example's account, and others like it with more roles and with names of their own. */
function writeSnapshot(to: string): void {
  cpSync(join(EXAMPLE, 'snapshot'), to, { recursive: true })
  const accounts = join(to, 'accounts')
  const [first = ''] = readdirSync(accounts)
  const ids = Array.from({ length: MORE_ACCOUNTS }, (_, i) => String(500_000_000_000 + i))
  for (const id of ids) {
    cpSync(join(accounts, first), join(accounts, id), { recursive: true })
    for (const file of readdirSync(join(accounts, id), { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.json')) rename(join(accounts, id, file), first, id)
    addRoles(join(accounts, id, 'authorization-details.json'))
  }
  const path = join(to, 'organization.json')
  const organization = JSON.parse(readFileSync(path, 'utf8')) as Organization
  const [root] = organization.roots
  if (root !== undefined)
    root.accounts = [...(root.accounts ?? []), ...ids.map((id) => ({ id, scps: ['p-FullAWSAccess'], rcps: [] }))]
  writeFileSync(path, JSON.stringify(organization, null, 2))
}

function rename(file: string, account: string, id: string): void {
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replaceAll(account, id).replaceAll('prod-artifacts', `artifacts-${id}`))
}

function addRoles(file: string): void {
  const details = JSON.parse(readFileSync(file, 'utf8')) as Details
  const [role] = details.RoleDetailList
  if (role === undefined) throw new Error('the example has no role')
  for (let i = 0; i < ROLES_EACH; i++)
    details.RoleDetailList.push({ ...role, RoleName: `${role.RoleName}-${i}`, Arn: `${role.Arn}-${i}` })
  writeFileSync(file, JSON.stringify(details, null, 4))
}
