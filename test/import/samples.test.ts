/**
 * One plan, state or template per kind of resource (test/samples/import). What each has to decide is written by hand, from
 * AWS's pages; the organization is said to be none and the context to be complete, so that nothing else is open.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { evaluateRequest } from '#app/evaluate.ts'
import { importText } from '#app/import.ts'
import type { ImportKind } from '#import/imported.ts'
import type { ContextValue } from '#iam/request.ts'
import { readSnapshot } from '#snapshot/snapshot.ts'

const SAMPLES = join(import.meta.dirname, '..', 'samples', 'import')

interface Asked {
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly context?: Readonly<Record<string, ContextValue>>
  readonly decision?: string
  /** Verdict by layer. */
  readonly layers?: Readonly<Record<string, string>>
  readonly why: string
}

interface Expected {
  readonly account?: string
  readonly region?: string
  readonly parameters?: Readonly<Record<string, string>>
  /** Parts of the places that are told as not read; left out: none. */
  readonly unread?: readonly string[]
  readonly requests: readonly Asked[]
}

for (const kind of ['terraform', 'cloudformation', 'aws-config'] as const)
  describe(kind, () => {
    for (const name of readdirSync(join(SAMPLES, kind)).toSorted()) it(name, () => check(kind, name))
  })

async function check(kind: ImportKind, name: string): Promise<void> {
  const folder = join(SAMPLES, kind, name)
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected
  const file = readdirSync(folder).find((one) => one !== 'expected.json') ?? ''
  const imported = await importText(kind, readFileSync(join(folder, file), 'utf8'), file, {
    ...(expected.account === undefined ? {} : { account: expected.account }),
    ...(expected.region === undefined ? {} : { region: expected.region }),
    parameters: new Map(Object.entries(expected.parameters ?? {})),
  })
  const files = new Map(imported.files)
  if (!files.has('organization.json')) files.set('organization.json', 'null')
  const told = imported.unread.map(({ where }) => where)
  assert.deepEqual(told, expected.unread ?? [], JSON.stringify(imported.unread))
  for (const asked of expected.requests) {
    const { principal, action, resource, context } = asked
    const request = {
      principal,
      action,
      resource,
      contextComplete: true,
      ...(context === undefined ? {} : { context }),
    }
    const { decision } = evaluateRequest(readSnapshot(files), request, { sessionPolicies: null })
    const shown = `${action} on ${resource} as ${principal}: ${asked.why}`
    for (const [layer, verdict] of Object.entries(asked.layers ?? {})) {
      const found = decision.layers.filter((one) => one.layer === layer && one.counted).map((one) => one.verdict)
      const all =
        found.length > 0 ? found : decision.layers.filter((one) => one.layer === layer).map((one) => one.verdict)
      assert.ok(all.includes(verdict as never), `${shown}\n${layer} is ${all.join(', ')}, not ${verdict}`)
    }
    if (asked.decision !== undefined) assert.equal(decision.decision, asked.decision, shown)
  }
}
