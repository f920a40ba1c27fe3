/** Every AWS managed policy, judged by the engine and by the second evaluator on requests made from its own statements. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { evaluateEffect } from '#engine/evaluate-effect.ts'
import { preparePolicies } from '#engine/prepare.ts'
import type { PoliciesInForce } from '#engine/scenario.ts'
import { spec } from '../spec/spec.ts'
import { type Aim, drawer, requestAbout } from './managed-policy-requests.ts'

const DATA = new URL('../../src/collect/data/managed-policies.txt.br', import.meta.url)
const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)
/** Requests for each policy: for each round one of each aim, about statements drawn from it. `DENYTRACE_ROUNDS` asks for more. */
const ROUNDS = Number(process.env['DENYTRACE_ROUNDS'] ?? 2)
const AIMS: readonly Aim[] = ['hit', 'action', 'resource', 'condition']

const documents = brotliDecompressSync(readFileSync(DATA))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .map((line) => line.split('\t'))
  .map(([name = '', , , text = '']) => ({ name, document: JSON.parse(text) as { readonly Statement: unknown } }))

test(`engine and second evaluator agree on every AWS managed policy (seed ${SEED})`, () => {
  assert.ok(documents.length > 1500, 'the policies were not read')
  const draw = drawer(SEED)
  const seen = { allowed: 0, denied: 0, undetermined: 0 }
  for (const { name, document } of documents) {
    const policies: PoliciesInForce = { complete: true, identityPolicies: [{ name, document }] }
    const prepared = preparePolicies(policies)
    const statements = [document.Statement].flat() as Readonly<Record<string, unknown>>[]
    for (let round = 0; round < ROUNDS; round++)
      for (const aim of AIMS) {
        const statement = statements[draw(statements.length)] ?? {}
        const request = requestAbout(statement, aim, draw)
        const { decision, denyType, blockedBy } = evaluateEffect(prepared, request, { organization: null })
        const want = spec({ request: { ...request, actionExists: true }, policies, organization: null })
        seen[decision]++
        assert.deepEqual(
          [decision, denyType, blockedBy],
          [want.decision, want.denyType, want.blockedBy],
          `${name}: ${JSON.stringify(request)}`,
        )
      }
  }
  for (const [decision, count] of Object.entries(seen))
    assert.ok(count > documents.length / 50, `only ${count} requests are ${decision}: they show too little`)
})
