/** What the page makes of a fix and of a policy of the reader's own, judged by the engine that it loads. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { diagnoseWithScenarios } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { loadSnapshot } from '#collect/folder.ts'
import { loadScenario } from '#collect/scenario-file.ts'
import type { PolicySource } from '#diagnose/diagnosis.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { Scenario } from '#engine/scenario.ts'
import { evaluate } from '../src/engine-library.ts'
import { keyOfAddition, newPolicy } from '../web/additions.ts'
import EXAMPLE from '../web/example.json' with { type: 'json' }
import { placesOf, slotsOf } from '../web/places.ts'
import { patchedText } from '../web/patched-text.ts'
import { type Edits, edited, editsOf, NO_EDITS } from '../web/edits.ts'
import { replayedFixes } from './fix/on-paper.ts'
import { loadJsonc } from '../web/jsonc.ts'

await loadJsonc()

const EXAMPLES = join(import.meta.dirname, '..', 'examples')

const SAMPLES = join(import.meta.dirname, 'samples', 'fix')

const subjectOf = async (name: string): Promise<PolicySource> => ({
  kind: 'snapshot',
  snapshot: await loadSnapshot(join(EXAMPLES, name, 'snapshot')),
})

const evidenceOf = (name: string): string => {
  const [file = ''] = ['denial.json', 'denial.txt'].map((one) => join(EXAMPLES, name, one)).filter(existsSync)
  return readFileSync(file, 'utf8')
}

const NOT_TRIED = new Set(['change-principal', 'wait'])

/** Each fix that the page offers to try, as edits of the scenarios that the service sends with it. False: there is none, and no other call. */
function checkFixes(text: string, subject: PolicySource): boolean {
  const { diagnoses, scenarios } = diagnoseWithScenarios({ ...rawEvidence(text), policySource: subject })
  const tried = diagnoses.flatMap((one, i) =>
    replayedFixes(one)
      .filter(({ changes }) => !changes.some(({ kind }) => NOT_TRIED.has(kind)))
      .map((fix) => [fix, scenarios[i] ?? []] as const),
  )
  for (const [fix, of] of tried) {
    const edits = editsOf(fix, of)
    const decisions = of.map((scenario, step) => evaluate(edited(scenario, step, edits)).decision)
    // A request without tags needs no sts:TagSession any more: the page says so, and judges what is left.
    const asksAnew = fix.changes.some(({ kind }) => kind === 'edit-request')
    for (const step of asksAnew ? fix.cures.filter((one) => one === 0) : fix.cures)
      assert.equal(decisions[step], 'allowed', `${fix.id}, step ${step}`)
  }
  const isAnotherCall = (one: (typeof diagnoses)[number]): boolean =>
    one.fixes.length > 0 && one.fixes.every(({ changes }) => changes.some(({ kind }) => NOT_TRIED.has(kind)))
  return tried.length > 0 || diagnoses.every(isAnotherCall)
}

describe('a fix that is tried in the page comes to what its replay came to', () => {
  // The page judges what is at hand alone: with a part unseen it is left open there what AWS's words settle for the replay.
  const isWhole = (one: string): boolean => !one.startsWith('unseen-') && existsSync(join(EXAMPLES, one, 'snapshot'))
  for (const name of readdirSync(EXAMPLES).filter(isWhole))
    test(name, async () => assert.ok(checkFixes(evidenceOf(name), await subjectOf(name))))

  for (const name of readdirSync(SAMPLES))
    test(name, async () => {
      const scenario = await loadScenario(join(SAMPLES, name, 'scenario.json'))
      const { principal, action, resource } = scenario.request
      checkFixes(`User: ${principal} is not authorized to perform: ${action} on resource: ${String(resource)}`, {
        kind: 'scenario',
        scenario,
      })
    })
})

test('a fix is made in the text as its owner laid it out: only what changes differs', () => {
  const text = `{
    "Version": "2012-10-17",
    "Statement": [
        { "Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::a/*" },
        {
            "Sid": "Guard", "Effect": "Deny", "Action": "s3:*", "Resource": "*",
            "Condition": { "StringNotEquals": { "aws:RequestedRegion": ["us-east-1"] } }
        }
    ]
}`
  const document = JSON.parse(text) as { Statement: Record<string, unknown>[] }
  const [read, guard] = document.Statement
  const region = ['us-east-1', 'eu-west-1']
  const made = (patch: readonly unknown[], after: unknown): readonly string[] => {
    const next = patchedText(text, patch, after)
    assert.deepEqual(JSON.parse(next), after)
    return next.split('\n').filter((line) => !text.split('\n').includes(line))
  }
  const path = '/Statement/1/Condition/StringNotEquals/aws:RequestedRegion'
  const changed = made([{ op: 'add', path: `${path}/-`, value: 'eu-west-1' }], {
    ...document,
    Statement: [read, { ...guard, Condition: { StringNotEquals: { 'aws:RequestedRegion': region } } }],
  })
  assert.ok(changed.length <= 4 && changed.every((line) => /us-east-1|eu-west-1|^\s*\]/.test(line)), changed.join('\n'))
  const added = { Sid: 'New', Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }
  const lines = made([{ op: 'add', path: '/Statement/-', value: added }], {
    ...document,
    Statement: [read, guard, added],
  })
  assert.ok(lines.length <= 7 && !lines.some((line) => /Read|Guard/.test(line)), lines.join('\n'))
  assert.deepEqual(made([{ op: 'remove', path: '/Statement/0' }], { ...document, Statement: [guard] }), [])
  assert.equal(
    made([{ op: 'replace', path: '/Statement/0/Resource', value: '*' }], {
      ...document,
      Statement: [{ ...read, Resource: '*' }, guard],
    }).length,
    1,
  )
})

test('a patch that does not come to what the fix comes to is not made: the whole is laid out anew', () => {
  const after = { Statement: [] }
  for (const patch of [
    [{ op: 'move', path: '/a' }],
    [{ op: 'replace', path: '', value: after }],
    [{ op: 'add', path: '/no/where/a', value: 1 }],
  ])
    assert.equal(patchedText('{"Statement": [1]}', patch, after), JSON.stringify(after, null, 2))
  assert.equal(patchedText('{', [{ op: 'add', path: '/a', value: 1 }], after), JSON.stringify(after, null, 2))
  const hostile = JSON.parse('{"__proto__": 1}') as unknown
  assert.equal(
    patchedText('{}', [{ op: 'add', path: '/__proto__/x', value: 1 }], hostile),
    JSON.stringify(hostile, null, 2),
  )
  assert.equal(({} as Record<string, unknown>)['x'], undefined)
})

describe('a policy of the reader’s own', () => {
  const { scenarios } = diagnoseWithScenarios({
    ...rawEvidence(JSON.stringify(EXAMPLE.events)),
    policySource: {
      kind: 'scenario',
      scenario: EXAMPLE.scenario as unknown as Scenario,
    },
  })
  const [upload, key] = scenarios[0] ?? []
  assert.ok(upload !== undefined && key !== undefined)
  const may = editsOf(
    diagnoseWithScenarios({
      ...rawEvidence(JSON.stringify(EXAMPLE.events)),
      policySource: {
        kind: 'scenario',
        scenario: EXAMPLE.scenario as unknown as Scenario,
      },
    }).diagnoses.flatMap(replayedFixes)[0] ?? assert.fail('the example has a fix'),
    [upload, key],
  )
  const after = (layer: PolicyLayer, where?: string, change: (document: string) => string = (same) => same) => {
    const addition = newPolicy(upload, layer, where)
    const texts = new Map(may.texts).set(keyOfAddition(addition), change(JSON.stringify(addition.policy.document)))
    const edits: Edits = { ...may, additions: [...may.additions, addition], texts }
    return [upload, key].map((scenario, step) => evaluate(edited(scenario, step, edits)))
  }
  const decisions = (...given: Parameters<typeof after>) => after(...given).map(({ decision }) => decision)
  const refusing = (...given: Parameters<typeof after>) => after(...given).map(({ blockedBy }) => blockedBy)

  test('can be added to every layer of policies, and to each level of the organization', () => {
    const slots = slotsOf(upload, upload)
    assert.deepEqual(
      slots.map(({ layer, where, takesMore }) => [layer, where, takesMore]),
      [
        ['resource-control-policy', 'r-ab12', true],
        ['resource-control-policy', 'ou-ab12-22222222', true],
        ['service-control-policy', 'r-ab12', true],
        ['service-control-policy', 'ou-ab12-22222222', true],
        ['vpc-endpoint-policy', undefined, true],
        ['resource-policy', undefined, false],
        ['identity-policy', undefined, true],
        ['permissions-boundary', undefined, true],
        ['session-policy', undefined, true],
      ],
    )
  })

  // Once the fix is in force everything is allowed; each then shows what the layer alone makes of it.
  test('a service or resource control policy that denies the call refuses it, at any level', () => {
    for (const where of ['r-ab12', 'ou-ab12-22222222'])
      for (const layer of ['service-control-policy', 'resource-control-policy'] as const)
        assert.deepEqual(refusing(layer, where), [[layer], []], `${layer} ${where}`)
  })

  test('a boundary and a session policy are limits: what they do not list is refused, for the key as well', () => {
    assert.deepEqual(refusing('permissions-boundary'), [[], ['permissions-boundary']])
    assert.deepEqual(refusing('session-policy'), [[], ['session-policy']])
    assert.deepEqual(
      decisions('permissions-boundary', undefined, (text) => text.replace('s3:*', '*')),
      ['allowed', 'allowed'],
    )
    assert.deepEqual(
      refusing('session-policy', undefined, (text) => text.replace('app.zip', 'other.zip')),
      [['session-policy'], ['session-policy']],
    )
  })

  test('an identity policy allows what it lists, to the same caller alone', () => {
    const addition = newPolicy(upload, 'identity-policy', undefined)
    const edits: Edits = { ...NO_EDITS, additions: [addition] }
    assert.equal(evaluate(edited(upload, 0, edits)).decision, 'allowed')
    const other = { ...upload, request: { ...upload.request, principal: 'arn:aws:iam::111122223333:user/other' } }
    assert.deepEqual(edited(other, 0, edits), other)
  })

  test('a resource policy bears on its resource and on nothing else', () => {
    const bare: Scenario = { ...upload, policies: { ...upload.policies, resourcePolicy: null } }
    const edits: Edits = { ...NO_EDITS, additions: [newPolicy(bare, 'resource-policy', undefined)] }
    assert.equal(evaluate(edited(bare, 0, edits)).decision, 'allowed')
    assert.deepEqual(edited(key, 1, edits), key)
  })

  test('where nothing is known of a layer, it is said, and the first policy allows the rest as AWS’s own does', () => {
    const blank: Scenario = { request: upload.request }
    assert.ok(slotsOf(blank, blank).every(({ isUnknown, takesMore }) => isUnknown && takesMore))
    const { policy, where } = newPolicy(blank, 'service-control-policy', undefined)
    assert.equal(where, '111122223333')
    assert.deepEqual(policy.document, {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Sid: 'Tried', Effect: 'Deny', Action: 's3:PutObject', Resource: '*' },
      ],
    })
  })

  test('two new ones of a layer have two names', () => {
    const first = newPolicy(upload, 'session-policy', undefined)
    const second = newPolicy(edited(upload, 0, { ...NO_EDITS, additions: [first] }), 'session-policy', undefined)
    assert.deepEqual([first.policy.name, second.policy.name], ['new policy', 'new policy 2'])
  })

  test('what is taken away is judged as if it were not there', () => {
    const places = placesOf(upload).filter(({ layer }) => layer === 'identity-policy' || layer === 'resource-policy')
    const gone = edited(upload, 0, { ...NO_EDITS, removed: new Set(places.map(({ key: one }) => one)) })
    assert.deepEqual([gone.policies?.identityPolicies, gone.policies?.resourcePolicy], [[], null])
    const level = placesOf(upload).filter(
      ({ where, layer }) => where === 'r-ab12' && layer === 'service-control-policy',
    )
    const none = edited(upload, 0, { ...may, removed: new Set(level.map(({ key: one }) => one)) })
    assert.deepEqual(evaluate(none).blockedBy, ['service-control-policy'])
  })
})
