/**
 * How AWS's services and tools word a denial. Each row of test/samples/intake/aws-wordings.jsonl is a test and a row of
 * docs/messages.md. What is expected was decided by reading the text, its source and AWS's page. UPDATE_SAMPLES=1 writes
 * the table of the page.
 */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Denial } from '#intake/denial.ts'
import { readDenials } from '#intake/read.ts'

interface Wording {
  /** `S3: Go SDK v2`: the service, and who prints it. */
  readonly id: string
  readonly text: string
  readonly source: string
  readonly expect: Readonly<Partial<Record<Field, unknown>>>
}

/** Every field is compared in every row; one that a row leaves out is null: the text doesn't say it. */
const FIELDS = {
  kind: (denial: Denial) => (denial.kind === 'aws-access-denied' ? null : denial.kind),
  note: ({ kind, notes }: Denial) => (kind === 'aws-access-denied' ? null : notes.map(({ code }) => code).join()),
  caller: (denial: Denial) => denial.principal,
  action: (denial: Denial) => denial.action,
  oneOf: ({ candidates }: Denial) =>
    candidates.length === 0 ? null : candidates.map(({ action }) => action).toSorted(),
  resource: (denial: Denial) => denial.resource,
  layer: (denial: Denial) => denial.reported.layer,
  effect: (denial: Denial) => denial.reported.denyType,
  requestId: (denial: Denial) => denial.requestId,
} as const
type Field = keyof typeof FIELDS
const NAMES = Object.keys(FIELDS) as readonly Field[]

const wordings = readFileSync(new URL('../samples/intake/aws-wordings.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Wording)

describe('how AWS words a denial', () => {
  for (const { id, text, expect } of wordings)
    it(`reads ${id}`, () => {
      const { denials } = readDenials(text)
      assert.equal(denials.length, 1)
      const [denial] = denials
      assert.ok(denial)
      const read = Object.fromEntries(NAMES.map((name) => [name, FIELDS[name](denial)]))
      const expected = Object.fromEntries(NAMES.map((name) => [name, expect[name] ?? null]))
      assert.deepEqual(read, { ...expected, oneOf: sorted(expected['oneOf']) })
    })

  it('has each name once', () => {
    assert.equal(new Set(wordings.map(({ id }) => id)).size, wordings.length)
  })

  it('holds no account but those of AWS’s documentation', () => {
    const accounts = wordings.flatMap(({ text }) => text.match(/(?<![\w-])\d{12}(?![\w-])/g) ?? [])
    assert.deepEqual([...new Set(accounts)].toSorted(), ['111122223333', '444455556666'])
  })
})

const sorted = (names: unknown): unknown => (Array.isArray(names) ? names.toSorted() : names)

const PAGE = new URL('../../docs/messages.md', import.meta.url)
const HEAD = '| Printed by | Example | What denytrace reads | Source |\n| --- | --- | --- | --- |\n'

const code = (text: string): string => {
  const line = text.replaceAll('\n', ' ⏎ ').replaceAll('|', '\\|')
  return line.includes('`') ? `\`\` ${line} \`\`` : `\`${line}\``
}

/** What a row reads, in the order of the fields. */
function readCell(expect: Wording['expect']): string {
  const parts = NAMES.flatMap((name) => {
    const value = expect[name]
    if (value === undefined || value === null) return []
    const words = Array.isArray(value) ? value.map(code).join(', ') : code(String(value))
    return [`${LABELS[name]} ${words}`]
  })
  return parts.length === 0 ? 'a denial that says no more' : parts.join('; ')
}

const LABELS: Readonly<Record<Field, string>> = {
  kind: 'no denial by a policy:',
  note: 'answer',
  caller: 'caller',
  action: 'action',
  oneOf: 'one of the actions',
  resource: 'resource',
  layer: 'layer',
  effect: 'effect',
  requestId: 'request',
}

const table = `${HEAD}${wordings
  .map(({ id, text, expect, source }) => `| ${id} | ${code(text)} | ${readCell(expect)} | [source](${source}) |\n`)
  .join('')}`

it('is the table of docs/messages.md', () => {
  const page = readFileSync(PAGE, 'utf8')
  const [before = '', after = ''] = page.split(HEAD)
  const rest = after.slice(after.search(/^(?!\|)/m))
  const written = `${before}${table}${rest}`
  if (process.env['UPDATE_SAMPLES'] === '1') writeFileSync(PAGE, written)
  else assert.equal(page, written)
})
