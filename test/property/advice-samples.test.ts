/** Checks every proved fix of samples and examples with the second evaluator on other requests (R-ADV-01, R-ADV-02). */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { evidenceOfText, rawEvidence } from '#app/inputs.ts'
import { loadSnapshot } from '#collect/folder.ts'
import { loadScenario } from '#collect/scenario-file.ts'
import type { Step } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import { withDocument } from '#fix/policy-location.ts'
import type { Fix } from '#fix/proof/fix.ts'
import { actionsOf } from '#iam/facts/actions.ts'
import type { Request } from '#iam/request.ts'
import { accountsOf } from '#snapshot/accounts.ts'
import { principalArnsOf } from '#snapshot/entities.ts'
import { scenarioOf } from '#snapshot/in-force.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import { onPaper, replayedFixes } from '../fix/on-paper.ts'
import { spec } from '../spec/spec.ts'
import { assertSuperset } from './advice-checks.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const SAMPLES = join(ROOT, 'test', 'samples', 'fix')
const EXAMPLES = join(ROOT, 'examples')

/** Other actions of the service, other resources and other contexts than the request's. */
function otherRequests(request: Request): readonly Request[] {
  const [service = ''] = request.action.split(':')
  const all = actionsOf(service)
  const every = Math.max(1, Math.floor(all.length / 12))
  const actions = all.filter((_, i) => i % every === 0).map((name) => `${service}:${name}`)
  const { context = {}, resource } = request
  const without = Object.keys(context).map((key) => ({ ...request, context: { ...context, [key]: null } }))
  // A key, a repository and a role have a policy each, which is about that alone (R-GRAM-08, R-OTH-06).
  const hasOwn = ['kms', 'ecr', 'sts'].includes(service) || resource === '*'
  const elsewhere = typeof resource === 'string' && !hasOwn ? [{ ...request, resource: `${resource}-2` }] : []
  return [...actions.map((action) => ({ ...request, action })), ...elsewhere, ...without]
}

/** Whether a request is what the fix is for: the action and resource of a step that it cures. */
const isMeant = (request: Request, { cures, scope }: Fix, steps: readonly Step[]): boolean =>
  cures.some((i) => {
    const cured = steps[i]?.request
    if (cured === undefined || cured.action.toLowerCase() !== request.action.toLowerCase()) return false
    return scope !== 'exact' || [cured.resource].flat().some((resource) => [request.resource].flat().includes(resource))
  })

type Effect = (request: Request, isAfter: boolean) => string

/** Asserts that none of the requests is newly allowed but those that the fix is for. */
function assertNothingElse(fix: Fix, steps: readonly Step[], requests: readonly Request[], effect: Effect): void {
  for (const request of requests) {
    if (isMeant(request, fix, steps) || effect(request, true) !== 'allowed') continue
    assert.notEqual(effect(request, false), 'denied', `${fix.id} is proved, and also allows ${JSON.stringify(request)}`)
  }
}

const isProved = ({ proof }: Fix): boolean => proof.status === 'proved' && proof.reason !== 'no policy changes'

describe('a proved fix of a sample allows nothing else', () => {
  for (const name of readdirSync(SAMPLES))
    it(name, async () => {
      const scenario = await loadScenario(join(SAMPLES, name, 'scenario.json'))
      const { principal, action, resource } = scenario.request
      const text = `User: ${principal} is not authorized to perform: ${action} on resource: ${String(resource)}`
      const [diagnosis] = diagnoseEvidence({
        ...rawEvidence(text),
        policySource: { kind: 'scenario', scenario },
      }).diagnoses
      assert.ok(diagnosis !== undefined)
      const request = diagnosis.steps[0]?.request ?? scenario.request
      for (const fix of replayedFixes(diagnosis)) {
        assertSuperset(fix)
        if (!isProved(fix) || fix.changes.some(({ kind }) => kind === 'edit-request')) continue
        const after = onPaper({ ...scenario, request }, fix)
        assertNothingElse(
          fix,
          diagnosis.steps,
          otherRequests(request),
          (asked, isAfter) => spec({ ...(isAfter ? after : scenario), request: asked }).decision,
        )
      }
    })
})

/** The request as others would make it: everybody in the snapshot. */
function asOthers(snapshot: Snapshot, request: Request): readonly Request[] {
  const details: readonly string[] = ['principal', 'principalDetails', 'principalTags']
  const asked = Object.fromEntries(Object.entries(request).filter(([name]) => !details.includes(name)))
  const everybody = accountsOf(snapshot).flatMap(({ id }) => [
    `arn:aws:iam::${id}:root`,
    ...principalArnsOf(snapshot, id),
  ])
  return everybody.map((principal) => ({ ...asked, principal }) as unknown as Request)
}

const inForce = (snapshot: Snapshot, request: Request): Scenario => {
  const scenario = scenarioOf(snapshot, request)
  return { ...scenario, policies: { ...scenario.policies, sessionPolicies: null } }
}

const withChanges = (scenario: Scenario, { changes }: Fix): Scenario =>
  changes.reduce(
    (made, { layer, on, policy: name, policyArn, where, before, after }) =>
      on === undefined
        ? made
        : withDocument(
            made,
            {
              layer,
              on,
              name,
              document: before,
              ...(policyArn === undefined ? {} : { arn: policyArn }),
              ...(where === undefined ? {} : { where }),
            },
            after,
          ),
    scenario,
  )

describe('a proved fix of an example gives nobody else anything', () => {
  for (const name of readdirSync(EXAMPLES).filter((one) => existsSync(join(EXAMPLES, one, 'snapshot'))))
    it(name, async () => {
      const snapshot = await loadSnapshot(join(EXAMPLES, name, 'snapshot'))
      const file = ['denial.json', 'denial.txt'].find((one) => existsSync(join(EXAMPLES, name, one))) ?? ''
      const evidence = evidenceOfText(readFileSync(join(EXAMPLES, name, file), 'utf8'), name)
      for (const diagnosis of diagnoseEvidence({ ...evidence, policySource: { kind: 'snapshot', snapshot } }).diagnoses)
        for (const fix of replayedFixes(diagnosis)) {
          assertSuperset(fix)
          if (!isProved(fix)) continue
          for (const { request } of fix.cures.flatMap((i) => diagnosis.steps[i] ?? [])) {
            const holder = /:assumed-role\/([^/]+)/.exec(request.principal)?.[1] ?? request.principal
            const others = asOthers(snapshot, request).filter(({ principal }) => !principal.endsWith(`/${holder}`))
            // Nothing is meant for anybody else.
            assertNothingElse({ ...fix, cures: [] }, diagnosis.steps, others, (asked, isAfter) => {
              const scenario = inForce(snapshot, asked)
              return spec(isAfter ? withChanges(scenario, fix) : scenario).decision
            })
          }
        }
    })
})
