import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { mayGrant } from '#fix/change-kinds.ts'
import { casesIn, type Expected } from './cases.ts'
import { type Answer, doorsOf } from './doors.ts'
import { denytraceInside } from '../cli/run-inside.ts'

/** Of the cases that the command line is asked about. */
const MOST_RUNS = 6

for (const name of ['hostile', 'honest'] as const) {
  const cases = casesIn(name)
  describe(`${name} denials`, () => {
    it('are a hundred at least, each with an id of its own', () => {
      assert.ok(cases.length >= 100)
      assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length)
    })
    for (const given of cases)
      it(`${given.id}: ${given.kind}`, async () => {
        for (const [door, ask] of doorsOf(given)) {
          const expected = door === 'text alone' ? (given.alone ?? given.expect) : given.expect
          const answer = await ask(given)
          const failed = [...problemsOf(answer, expected), ...(name === 'honest' ? scares(answer) : [])]
          assert.deepEqual(failed, [], `by ${door}: ${JSON.stringify(answer.result.diagnoses[0]?.identity)}`)
        }
      })
  })
}

describe('a caller from outside, at the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-advice-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const given = casesIn('hostile').filter(
    ({ files, expect: { relation } }) => files !== undefined && relation === 'outside',
  )

  for (const { id, text, record, files = {} } of given.slice(0, MOST_RUNS))
    it(`${id}: diagnose and fix exit with 1, and the fix has to be chosen`, async () => {
      const all = { 'denial.txt': text ?? JSON.stringify(record), ...files }
      const paths = Object.entries(all).map(([name, value]) => {
        const path = join(folder, `${id}-${name}`)
        writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
        return path
      })
      const diagnosed = await denytraceInside(['diagnose', ...paths])
      assert.equal(diagnosed.code, 1)
      assert.match(diagnosed.out.split('\n').slice(0, 3).join('\n'), /^Warning/m)
      const fixed = await denytraceInside(['fix', ...paths])
      assert.equal(fixed.code, 1)
      assert.match(fixed.out, /Don't fix it/)
      const [, choice] = /--choose (\S+)/.exec(diagnosed.out) ?? []
      if (choice === undefined) return
      const chosen = await denytraceInside(['fix', ...paths, '--choose', choice])
      assert.equal(chosen.code, 1)
      assert.match(chosen.out, /Only if you know this account/)
      if (/sts:AssumeRole on /.test(diagnosed.out)) assert.match(chosen.out, /"sts:ExternalId": "EXTERNAL_ID"/)
    })
})

/** Every way in which the answer is not as it must be. */
function problemsOf({ result, forms }: Answer, expected: Expected): readonly string[] {
  const found: string[] = []
  for (const { denial, identity, fixes, causes, usualCauses = [] } of result.diagnoses) {
    if (denial.kind !== 'aws-access-denied') continue
    if (expected.relation !== undefined && identity.relation !== expected.relation)
      found.push(`relation ${identity.relation}, not ${expected.relation}`)
    for (const fix of fixes) {
      const granting = fix.changes.filter(({ kind }) => mayGrant(kind))
      const patches = fix.changes.map(({ patch }) => JSON.stringify(patch)).join('\n')
      if (expected.nothing === true && granting.length > 0) found.push(`offers ${fix.id}: ${patches}`)
      for (const text of expected.never ?? [])
        if (patches.includes(text)) found.push(`${fix.id} has ${text}: ${patches}`)
      found.push(...granting.flatMap(({ patch }) => statementsIn(patch).flatMap(wildcards)))
      const kinds = fix.consequences.map(({ kind }) => kind)
      if (granting.length > 0 && expected.consequence?.some((kind) => kinds.includes(kind)) === false)
        found.push(`${fix.id} lacks the line ${expected.consequence.join(' or ')}: ${patches}`)
    }
    if (expected.offers === true && !fixes.some(({ changes }) => changes.some(({ kind }) => mayGrant(kind))))
      found.push('offers no change of a policy')
    const layers = [...causes, ...usualCauses, ...fixes.flatMap(({ changes }) => changes)].map(({ layer }) => layer)
    if (expected.layer !== undefined && !layers.includes(expected.layer as never))
      found.push(`no ${expected.layer} among ${layers.join(', ')}`)
  }
  for (const [form, text] of forms)
    for (const words of expected.says ?? [])
      if (!plain(text).includes(plain(words))) found.push(`${form} does not say "${words}" first: ${text}`)
  return found
}

/** Markdown's escapes are no words. */
const plain = (text: string): string => text.replaceAll(/[\\`*]/g, '').toLowerCase()

/** What would make an honest caller a stranger. */
const scares = ({ result, forms }: Answer): readonly string[] => [
  ...result.diagnoses.flatMap(({ identity }) =>
    identity.relation === 'outside' || identity.warning !== undefined ? [`a false warning: ${identity.warning}`] : [],
  ),
  ...[...forms].flatMap(([form, text]) => (/^warning\b/im.test(text) ? [`${form} warns: ${text}`] : [])),
]

interface Allow {
  readonly Effect?: unknown
  readonly Principal?: unknown
  readonly Action?: unknown
  readonly Resource?: unknown
  readonly Condition?: unknown
}

const statementsIn = (patch: readonly unknown[]): readonly Allow[] =>
  patch.flatMap((operation) => allowsIn((operation as { value?: unknown }).value))

function allowsIn(value: unknown): readonly Allow[] {
  if (Array.isArray(value)) return value.flatMap(allowsIn)
  if (typeof value !== 'object' || value === null) return []
  if ('Effect' in value) return value.Effect === 'Allow' ? [value] : []
  return 'Statement' in value ? allowsIn(value.Statement) : []
}

const list = (value: unknown): readonly string[] => [value ?? []].flat().map(String)

/** An Allow of more than one action, of everybody, or of every resource where the action has one (R-ADV-05, R-ADV-10). */
function wildcards({ Principal, Action, Resource, Condition }: Allow): readonly string[] {
  const isForEverybody = JSON.stringify(Principal ?? '').includes('"*"') && Condition === undefined
  // In the policy of a key or a secret `*` is the resource itself.
  const isWide =
    Principal === undefined &&
    list(Resource).some((resource) => /^(?:\*|arn:aws[a-z-]*:s3:::\*(?:\/\*)?)$/.test(resource))
  return [
    ...list(Action)
      .filter((action) => /[*?]/.test(action))
      .map((action) => `grants ${action}`),
    ...(isForEverybody ? [`lets everybody in: ${JSON.stringify(Principal)}`] : []),
    ...(isWide && list(Action).some((action) => isWildcardOnlyAction(action) === false)
      ? [`grants ${list(Action).join()} on ${list(Resource).join()}`]
      : []),
  ]
}
