/**
 * Pairs of documents that nearly agree and hold variables: what a comparison says there is none of is looked for among all requests
 * of a small world, made of the documents' own constants, with the whole evaluation as the judge. Seeds are fixed and printed.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { evaluateEffect } from '../../src/engine/evaluate-effect.ts'
import { prepareScenario } from '../../src/engine/evaluate.ts'
import type { PreparedScenario } from '../../src/engine/read-request.ts'
import type { PoliciesInForce, Policy, Scenario } from '../../src/engine/scenario.ts'
import type { Request } from '../../src/iam/request.ts'
import { compareDocuments, compareInForce } from '../../src/prove/compare.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20_261_128)

const NAME = '${aws:username}'
const TAG = '${aws:PrincipalTag/team}'
const VARIABLES = [NAME, TAG, "${aws:PrincipalTag/team, 'a'}", '${aws:RequestTag/team}', '${aws:PrincipalAccount}']
const RESOURCES = ['*', 'b/*', 'b/a/*', 'b/*a', 'b/a', ...VARIABLES.flatMap((one) => [`b/${one}/*`, `b/${one}`])]
const ARNS = RESOURCES.map((text) => (text === '*' ? text : `arn:aws:s3:::${text}`))
const ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:*Object']

const valuesOf = fc.subarray(['a', 'A', 'x', 'a*', ...VARIABLES], { minLength: 1, maxLength: 2 })
const ONE_VALUE = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringEqualsIgnoreCase', 'StringNotLike']
const lineOf = (key: string, operators: readonly string[]) =>
  fc
    .tuple(fc.constantFrom(...operators), fc.constantFrom('', '', 'IfExists'), valuesOf)
    .map(([operator, ifExists, values]) => ({ [operator + ifExists]: { [key]: values } }))
const condition: fc.Arbitrary<Record<string, object>> = fc
  .array(
    fc.oneof(
      lineOf('aws:RequestTag/team', ONE_VALUE),
      lineOf('s3:prefix', ONE_VALUE),
      lineOf(
        'aws:TagKeys',
        ['ForAllValues:', 'ForAnyValue:'].flatMap((set) => ONE_VALUE.slice(0, 3).map((one) => set + one)),
      ),
      fc.constantFrom('true', 'false').map((value) => ({ Null: { 'aws:RequestTag/team': value } })),
    ),
    { maxLength: 2 },
  )
  .map((lines) => Object.assign({}, ...lines))

const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    Action: fc.constantFrom(...ACTIONS),
    element: fc.constantFrom('Resource', 'Resource', 'Resource', 'NotResource'),
    resources: fc.subarray(ARNS, { minLength: 1, maxLength: 2 }),
    Condition: condition,
  })
  .map(({ element, resources, ...rest }) => ({ ...rest, [element]: resources }))
type Statement = Readonly<Record<string, unknown>>
type Pair = readonly [old: readonly Statement[], next: readonly Statement[]]

/** One that differs from the first in one element, or lacks a statement. */
const twoLists: fc.Arbitrary<Pair> = fc
  .tuple(
    fc.array(statement, { minLength: 1, maxLength: 3 }),
    fc.nat(2),
    fc.constantFrom('Action', 'Resource', 'NotResource', 'Condition', 'all'),
    statement,
  )
  .map(([listed, at, element, other]) => {
    const old = listed as readonly Statement[]
    if (element === 'all') return [old, old.filter((_, i) => i !== at % old.length)]
    const changed = (one: Statement): Statement => {
      const value = (other as Statement)[element]
      return one[element] === undefined || value === undefined ? one : { ...one, [element]: value }
    }
    return [old, old.map((one, i) => (i === at % old.length ? changed(one) : one))]
  })
const bothWays = fc.tuple(twoLists, fc.boolean()).map(([[a, b], isTurned]): Pair => (isTurned ? [b, a] : [a, b]))

const policyOf = (statements: readonly Statement[]): Policy => ({
  name: 'd',
  document: { Version: '2012-10-17', Statement: statements },
})

const WHO: readonly Pick<Request, 'principal' | 'principalTags'>[] = [
  { principal: 'arn:aws:iam::111122223333:user/a', principalTags: {} },
  { principal: 'arn:aws:iam::111122223333:user/alice', principalTags: { team: 'a' } },
  { principal: 'arn:aws:iam::111122223333:user/x', principalTags: { team: 'x' } },
]
const CONTEXTS = [undefined, 'a', 'A', 'x', 'alice', 'q'].flatMap((tag) =>
  [undefined, 'a', 'x', 'ab'].flatMap((prefix) =>
    [undefined, [''], ['a'], ['a', ''], ['x'], ['a', 'q']].map((keys) => ({
      ...(tag === undefined ? {} : { 'aws:RequestTag/team': tag }),
      ...(prefix === undefined ? {} : { 's3:prefix': prefix }),
      ...(keys === undefined ? {} : { 'aws:TagKeys': keys }),
    })),
  ),
)
const KEYS = ['a', 'a/k', 'x', 'x/k', 'alice/k', 'q/k', '111122223333/k', 'ba']

const requestsOf = (who: readonly (typeof WHO)[number][]): readonly Request[] =>
  who.flatMap((one) =>
    ACTIONS.slice(0, 2).flatMap((action) =>
      KEYS.flatMap((key) =>
        CONTEXTS.map((context) => ({
          ...one,
          action,
          resource: `arn:aws:s3:::b/${key}`,
          resourceAccount: '111122223333',
          context,
          contextComplete: true,
        })),
      ),
    ),
  )
const REQUESTS = fc.sample(fc.constantFrom(...requestsOf(WHO)), { seed: SEED, numRuns: 500 })

function scenarioOf(policies: PoliciesInForce, who = WHO[1] as (typeof WHO)[number]): Scenario {
  const request = { ...who, action: 's3:GetObject', resource: 'arn:aws:s3:::b/q', resourceAccount: '111122223333' }
  return { request, policies: { complete: true, resourcePolicy: null, ...policies } }
}

const prepared = (statements: readonly Statement[]): PreparedScenario =>
  prepareScenario(scenarioOf({ identityPolicies: [policyOf(statements)] }))

const decisionOf = ({ policies, scenario }: PreparedScenario, request: Request): string =>
  evaluateEffect(policies, request, scenario).decision

describe(`variables against all requests of a small world (seed ${SEED})`, () => {
  let [none, some, undecided] = [0, 0, 0]

  const attack = (of: 'documents' | 'in force', requests: readonly Request[]): void =>
    fc.assert(
      fc.property(bothWays, ([from, to]) => {
        const [old, next] = [prepared(from), prepared(to)]
        const { newAccess, witness } =
          of === 'documents' ? compareDocuments([policyOf(from)], [policyOf(to)]) : compareInForce(old, next)
        if (newAccess === 'none') none++
        else if (newAccess === 'some') some++
        else undecided++
        const isNew = (request: Request): boolean =>
          decisionOf(next, request) === 'allowed' && decisionOf(old, request) === 'denied'
        if (newAccess === 'none')
          for (const request of requests) assert.ok(!isNew(request), JSON.stringify({ from, to, request }))
        const isHeld = witness !== null && /:user\//.test(witness.principal)
        if (isHeld)
          assert.ok(isNew({ ...witness, resourceAccount: '111122223333' }), JSON.stringify({ from, to, witness }))
      }),
      { seed: SEED, numRuns: 250 },
    )

  it('as documents, whoever asks', () => attack('documents', REQUESTS))
  it('in force for one user', () =>
    attack('in force', fc.sample(fc.constantFrom(...requestsOf(WHO.slice(1, 2))), { seed: SEED, numRuns: 500 })))
  it('most of them are decided', () => {
    assert.ok(none > 100 && some > 100, `${none} none, ${some} some, ${undecided} undecided`)
    assert.ok(undecided < (none + some) / 4, `${undecided} undecided`)
  })
})
