/**
 * What a comparison claims is attacked: random requests out of the policies' own constants look for what it says there is
 * none of, and every witness is judged by the engine under both sides. Seeds are fixed and printed.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { evaluateEffect } from '../../src/engine/evaluate-effect.ts'
import { evaluate, prepareScenario } from '../../src/engine/evaluate.ts'
import { truthOfPolicies, preparePolicies, preparePolicy } from '../../src/engine/prepare.ts'
import { normalizeRequest, type PreparedScenario, evaluationInputOf } from '../../src/engine/read-request.ts'
import type { PoliciesInForce, Policy } from '../../src/engine/scenario.ts'
import type { Request } from '../../src/iam/request.ts'
import { compareDocuments, compareInForce } from '../../src/prove/compare.ts'
import type { Comparison } from '../../src/prove/comparison.ts'
import { layersOfPolicies, twoDocuments, twoResourcePolicies, type WrittenDocument } from './arbitrary-documents.ts'
import { anyRequest, requestInAccount } from './arbitrary-requests.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20_261_124)
const ALONE = preparePolicies({ complete: true })
const policyOf = (document: WrittenDocument): Policy => ({ name: 'd', document })

/** Whether an Allow of the documents matches and no Deny does; undefined: not known. */
function judged(document: WrittenDocument, place: 'identity' | 'resource', request: Request): boolean | undefined {
  const read = normalizeRequest(request, request.resource as string)
  const { question } = evaluationInputOf(
    { scenario: { request, organization: null }, policies: ALONE },
    read,
    undefined,
  )
  const { deny, allow } = truthOfPolicies([preparePolicy(policyOf(document), place)], question)
  if (deny === true || allow === false) return false
  return deny === false && allow === true ? true : undefined
}

type Judge = (request: Request) => boolean | undefined

/** No request contradicts a `none`, and both witnesses show what they are for. */
function hold(result: Comparison, old: Judge, next: Judge, requests: readonly Request[]): void {
  for (const request of requests) {
    const [before, after] = [old(request), next(request)]
    if (before === false && after === true) assert.notEqual(result.newAccess, 'none', JSON.stringify(request))
    if (before === true && after === false) assert.notEqual(result.lostAccess, 'none', JSON.stringify(request))
  }
  const shows = (witness: Request | null, from: Judge, to: Judge): void => {
    if (witness === null) return
    assert.equal(from(witness), false, JSON.stringify(witness))
    assert.equal(to(witness), true, JSON.stringify(witness))
  }
  shows(result.witness, old, next)
  shows(result.lostWitness, next, old)
  assert.equal(result.witness === null, result.newAccess !== 'some')
  assert.equal(result.lostWitness === null, result.lostAccess !== 'some')
  assert.equal(result.newlyAllowed.length > 0, result.newAccess === 'some')
}

const REQUESTS = fc.sample(requestInAccount, { seed: SEED, numRuns: 600 })
const BY_ANYBODY = fc.sample(anyRequest, { seed: SEED, numRuns: 900 })

describe(`documents against random requests (seed ${SEED})`, () => {
  it('as identity policies', () => {
    fc.assert(
      fc.property(twoDocuments, ([old, next]) => {
        const result = compareDocuments([policyOf(old)], [policyOf(next)])
        hold(
          result,
          (request) => judged(old, 'identity', request),
          (request) => judged(next, 'identity', request),
          REQUESTS,
        )
      }),
      { seed: SEED, numRuns: 150 },
    )
  })

  it('as resource policies', () => {
    fc.assert(
      fc.property(twoResourcePolicies, ([old, next]) => {
        const result = compareDocuments([policyOf(old)], [policyOf(next)], 'resource-policy')
        hold(
          result,
          (request) => judged(old, 'resource', request),
          (request) => judged(next, 'resource', request),
          BY_ANYBODY,
        )
      }),
      { seed: SEED, numRuns: 80 },
    )
  })

  it('a witness of identity policies is decided differently by the whole evaluation', () => {
    let shown = 0
    fc.assert(
      fc.property(twoDocuments, ([old, next]) => {
        const { witness } = compareDocuments([policyOf(old)], [policyOf(next)])
        if (witness === null) return
        const [account, owner] = [witness.principal, String(witness.resource)].map((arn) => arn.split(':')[4] ?? '')
        // Across accounts identity policies alone never allow, and some pairs of documents leave nothing else.
        if (owner !== '' && owner !== account) return
        // No identity policy holds the root user, and a federated session has none of its parent's without one of its own
        // (R-PRIN-10); the documents may be an organization's.
        if (/:root$|:federated-user\//.test(witness.principal)) return
        shown++
        const decide = (document: WrittenDocument): string =>
          evaluate({ request: witness, policies: { complete: true, identityPolicies: [policyOf(document)] } }).decision
        assert.deepEqual([decide(old), decide(next)], ['denied', 'allowed'], JSON.stringify(witness))
      }),
      { seed: SEED + 1, numRuns: 120 },
    )
    assert.ok(shown > 30, `${shown} witnesses`)
  })
})

describe(`what is in force against random requests (seed ${SEED})`, () => {
  const inForce = (policies: PoliciesInForce): PreparedScenario =>
    prepareScenario({
      request: {
        principal: 'arn:aws:sts::111122223333:assumed-role/x/s',
        principalDetails: { roleArn: 'arn:aws:iam::111122223333:role/x' },
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::b/a',
        resourceAccount: '111122223333',
      },
      policies: { complete: true, ...policies },
      organization: null,
    })
  const ROLE = 'arn:aws:sts::111122223333:assumed-role/x/s'
  const requests = REQUESTS.filter(({ principal }) => /:user\/|:assumed-role\//.test(principal)).map((request) => ({
    ...request,
    principal: ROLE,
    principalDetails: { roleArn: 'arn:aws:iam::111122223333:role/x' },
  }))

  it('a change in any layer, or a layer come or gone', () => {
    fc.assert(
      fc.property(layersOfPolicies, ([old, next]) => {
        const sides = [inForce(old), inForce(next)] as const
        const decide =
          ({ policies, scenario }: PreparedScenario): Judge =>
          (request) => {
            const { decision } = evaluateEffect(policies, request, scenario)
            return decision === 'undetermined' ? undefined : decision === 'allowed'
          }
        const result = compareInForce(sides[0], sides[1], { budget: 600_000 })
        hold(result, decide(sides[0]), decide(sides[1]), requests)
      }),
      { seed: SEED, numRuns: 60 },
    )
  })
})

describe(`comparisons of related documents (seed ${SEED})`, () => {
  const answers = (old: WrittenDocument, next: WrittenDocument): readonly string[] => {
    const { newAccess, lostAccess } = compareDocuments([policyOf(old)], [policyOf(next)])
    return [newAccess, lostAccess]
  }
  const rows: readonly (readonly [what: string, holds: (old: WrittenDocument, next: WrittenDocument) => void])[] = [
    ['a document against itself is none', (old) => assert.deepEqual(answers(old, old), ['none', 'none'])],
    [
      'order and repetition of statements and values do not matter',
      (old) => {
        const turned = { ...old, Statement: [...old.Statement, ...old.Statement].toReversed() }
        assert.deepEqual(answers(old, turned), ['none', 'none'])
      },
    ],
    [
      'the two directions change places with the sides',
      (old, next) => assert.deepEqual(answers(old, next), answers(next, old).toReversed()),
    ],
    [
      'a statement more can only allow more if it is an Allow, and less if it is a Deny',
      (old, next) => {
        const [more] = next.Statement
        if (more === undefined) return
        const [gained, lost] = answers(old, { ...old, Statement: [...old.Statement, more] })
        assert.notEqual(more.Effect === 'Allow' ? lost : gained, 'some')
      },
    ],
    [
      'what is denied altogether is allowed by nothing more',
      (old, next) => {
        const never = { Effect: 'Deny' as const, Action: '*', Resource: '*' }
        assert.deepEqual(
          answers({ ...old, Statement: [...old.Statement, never] }, { ...next, Statement: [...next.Statement, never] }),
          ['none', 'none'],
        )
      },
    ],
  ]
  for (const [what, holds] of rows)
    it(what, () =>
      fc.assert(
        fc.property(twoDocuments, ([old, next]) => holds(old, next)),
        { seed: SEED, numRuns: 60 },
      ),
    )
})
