/**
 * Measures the readers on labelled JSON Lines: `npm run corpus -- DIR [--verbose]`. DIR holds `messages.jsonl`
 * (`{id, text, expect, alt?}`) and `cloudtrail.jsonl` (`{id, record, expect, alt?}`). `expect` has the fields of a
 * Denial under short names, `alt` further values that are right too.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Denial } from '#intake/denial.ts'
import { readDenials } from '#intake/read.ts'

type Value = string | boolean | null
interface Row {
  readonly id: string
  readonly text?: string
  readonly record?: unknown
  readonly expect: Readonly<Record<string, unknown>>
  readonly alt?: Readonly<Record<string, readonly unknown[]>>
}
interface Tally {
  right: number
  wrong: number
  missing: number
}

const [dir, ...flags] = process.argv.slice(2)
if (dir === undefined) {
  console.error('usage: npm run corpus -- DIR [--verbose]')
  process.exit(2)
}
const verbose = flags.includes('--verbose')

/** The short names of the labels. */
const FIELDS: Readonly<Record<string, (denial: Denial) => Value>> = {
  kind: (d) => d.kind,
  code: (d) => d.code,
  eventSource: (d) => d.eventSource,
  operation: (d) => d.operation,
  principal: (d) => d.principal,
  principalArn: (d) => d.roleArn ?? d.principal,
  sessionArn: (d) => (d.principalType === 'assumed-role' ? d.principal : null),
  principalType: (d) => d.principalType,
  accountId: (d) => d.accountId,
  sessionName: (d) => d.sessionName,
  action: (d) => d.action,
  resource: (d) => d.resource,
  resources: (d) => d.resource,
  layer: (d) => d.reported.layer,
  denyType: (d) => d.reported.denyType,
  policyArn: (d) => d.reported.policyArn,
  requestId: (d) => d.requestId,
  eventId: (d) => d.eventId,
  encodedMessage: (d) => d.encodedMessage !== null,
  region: (d) => d.region,
  sourceIp: (d) => String(d.context['aws:SourceIp'] ?? '') || null,
  vpcEndpointId: (d) => String(d.context['aws:SourceVpce'] ?? '') || null,
}

/** Kinds have had shorter names in some labels. */
const KIND_NAMES = new Map([['aws-authn', 'aws-authentication']])

function measure(name: string, lines: readonly string[]): void {
  const tallies = new Map<string, Tally>()
  const wrong: string[] = []
  for (const line of lines) {
    const row = JSON.parse(line) as Row
    const denial = readDenials(row.text ?? JSON.stringify(row.record)).denials[0]
    for (const [field, expected] of Object.entries(row.expect)) {
      const read = FIELDS[field]
      if (read === undefined) continue
      const got = denial === undefined ? null : read(denial)
      const tally = tallies.get(field) ?? { right: 0, wrong: 0, missing: 0 }
      tallies.set(field, tally)
      if (isRight(field, got, expected, row.alt?.[field] ?? [], denial)) tally.right++
      else {
        tally[got === null ? 'missing' : 'wrong']++
        wrong.push(`${row.id} ${field}: got ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`)
      }
    }
  }
  print(name, lines.length, tallies)
  if (verbose) for (const line of wrong) console.log(`  ${line}`)
}

function isRight(field: string, got: Value, expected: unknown, alt: readonly unknown[], denial?: Denial): boolean {
  const wanted = Array.isArray(expected) ? (expected.length === 0 ? [null, '*'] : expected) : [expected]
  const values = [...wanted, ...alt].map((value) =>
    field === 'kind' ? (KIND_NAMES.get(String(value)) ?? value) : value,
  )
  if (field === 'action') return values.some((value) => sameAction(got, value))
  if (field.startsWith('resource') && denial?.resourceText !== undefined && values.includes(denial.resourceText))
    return true
  return values.includes(got)
}

const sameAction = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'string' && typeof b === 'string' && a.toLowerCase() === b.toLowerCase())

function print(name: string, rows: number, tallies: ReadonlyMap<string, Tally>): void {
  console.log(`${name}: ${rows} rows`)
  const sum: Tally = { right: 0, wrong: 0, missing: 0 }
  for (const [field, tally] of tallies) {
    console.log(row(field, tally))
    for (const key of ['right', 'wrong', 'missing'] as const) sum[key] += tally[key]
  }
  console.log(row('all', sum))
}

function row(field: string, { right, wrong, missing }: Tally): string {
  const all = right + wrong + missing
  const percent = all === 0 ? '-' : ((100 * right) / all).toFixed(1)
  return `  ${field.padEnd(16)} right ${String(right).padStart(4)}  wrong ${String(wrong).padStart(3)}  missing ${String(missing).padStart(3)}  ${percent.padStart(5)} %`
}

for (const name of ['messages.jsonl', 'cloudtrail.jsonl']) {
  const file = join(dir, name)
  if (existsSync(file))
    measure(
      name,
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== ''),
    )
}
