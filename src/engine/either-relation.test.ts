/** The one answer where the owner of the resource is not known, out of those for either owner (R-XACC-04). */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Decision, FailedElement, LayerVerdict, MissingFact, StatementVerdict } from './decision.ts'
import { eitherRelation, ownerFact } from './either-relation.ts'
import { nearestStatements } from '#iam/nearest-statements.ts'
import type { ReadRequest } from './read-request.ts'

const A = '111122223333'
const QUEUE = `arn:aws:sqs:eu-west-1:${A}:q`
const READ = { caller: { account: A }, resource: QUEUE } as ReadRequest
const OWNER = `account that owns ${QUEUE}`

const leaf = (satisfied: boolean | 'unknown') =>
  ({ layer: 'identity-policy', needs: 'allow', satisfied }) as Decision['requirement']
const answer = (decision: Decision['decision'], more: Partial<Decision> = {}): Decision => ({
  schemaVersion: 1,
  decision,
  denyType: decision === 'denied' ? 'implicit' : null,
  blockedBy: [],
  likelyReported: null,
  normalized: [],
  layers: [],
  missing: [],
  assumptions: [],
  outcomes: [],
  requirement: leaf(decision === 'allowed' ? true : decision === 'denied' ? false : 'unknown'),
  ...more,
})
const layer = (verdict: LayerVerdict['verdict'], more: Partial<LayerVerdict> = {}): LayerVerdict => ({
  layer: 'resource-policy',
  verdict,
  counted: true,
  statements: [],
  ...more,
})
const missing = (fact: string, wouldAllowIf: string | null, more: Partial<MissingFact> = {}): MissingFact => ({
  fact,
  kind: 'context-key',
  layer: 'identity-policy',
  wouldAllowIf,
  bearsOn: 'decision',
  howToGet: 'look',
  ...more,
})
const merged = (same: Decision, cross: Decision, read = READ) => eitherRelation(same, cross, read, false)

describe('both owners come to the same', () => {
  it('allowed: the answer is allowed', () => {
    const got = merged(answer('allowed'), answer('allowed'))
    assert.deepEqual([got.decision, got.missing, got.outcomes], ['allowed', [], []])
  })

  it('denied: all that refuses for either is listed in order, and an explicit Deny for one makes it explicit', () => {
    const same = answer('denied', { blockedBy: ['identity-policy', 'service-guard'] })
    const cross = answer('denied', { blockedBy: ['resource-policy', 'identity-policy'] })
    const got = merged(same, cross)
    assert.deepEqual(got.blockedBy, ['resource-policy', 'identity-policy', 'service-guard'])
    assert.equal(got.denyType, 'implicit')
    assert.equal(merged({ ...same, denyType: 'explicit' }, cross).denyType, 'explicit')
    assert.equal(merged(same, { ...cross, denyType: 'explicit' }).denyType, 'explicit')
    assert.equal(got.decision, 'denied')
  })

  it('undetermined with the same cases: the owner does not matter', () => {
    const outcomes = [{ when: { k: 'a' }, decision: 'allowed' as const }]
    const got = merged(answer('undetermined', { outcomes }), answer('undetermined', { outcomes }))
    assert.deepEqual([got.decision, got.missing, got.outcomes], ['undetermined', [], outcomes])
  })

  it('a layer that says one thing for the one and another for the other is not known, unless it refuses', () => {
    const verdict = (same: LayerVerdict, cross: LayerVerdict) =>
      merged(answer('denied', { layers: [same] }), answer('denied', { layers: [cross] })).layers[0]?.verdict
    assert.equal(verdict(layer('allow'), layer('allow')), 'allow')
    assert.equal(verdict(layer('allow'), layer('not-applicable')), 'unknown')
    assert.equal(verdict(layer('allow'), layer('implicit-deny')), 'implicit-deny')
    assert.equal(verdict(layer('implicit-deny'), layer('allow')), 'implicit-deny')
    assert.equal(verdict(layer('explicit-deny'), layer('allow')), 'explicit-deny')
    assert.equal(verdict(layer('allow'), layer('explicit-deny')), 'explicit-deny')
    assert.equal(verdict(layer('implicit-deny', { counted: false }), layer('allow')), 'unknown')
    assert.equal(verdict(layer('allow'), layer('implicit-deny', { counted: false })), 'unknown')
    for (const other of [
      layer('allow', { layer: 'identity-policy' }),
      layer('allow', { where: 'bucket' }),
      layer('allow', { kind: 'queue' }),
      layer('allow', { guard: 'acl' }),
    ])
      assert.equal(verdict(other, layer('not-applicable')), 'not-applicable', 'another layer says nothing of it')
  })
})

describe('the decision hangs on the owner', () => {
  it('allowed for the own account only: undetermined, and which account would allow', () => {
    const got = merged(
      answer('allowed'),
      answer('denied', { blockedBy: ['resource-policy'], denyType: 'explicit', likelyReported: 'resource-policy' }),
    )
    assert.deepEqual([got.decision, got.denyType, got.blockedBy, got.likelyReported], ['undetermined', null, [], null])
    const [owner, ...more] = got.missing
    assert.equal(more.length, 0)
    assert.deepEqual(
      [owner?.fact, owner?.kind, owner?.layer, owner?.wouldAllowIf, owner?.bearsOn],
      [OWNER, 'account', 'resource-policy', `= ${A}`, 'decision'],
    )
    assert.match(owner?.howToGet ?? '', /resourceAccount/)
    assert.deepEqual(got.outcomes, [
      { when: { [OWNER]: A }, decision: 'allowed' },
      { when: { [OWNER]: '(other)' }, decision: 'denied' },
    ])
    assert.deepEqual(got.requirement, {
      any: [
        {
          all: [
            leaf(true),
            { layer: 'resource-policy', kind: 'owner', needs: 'allow-to-account', satisfied: 'unknown' },
          ],
        },
        leaf(false),
      ],
    })
  })

  it('allowed for another account only, or for none alone', () => {
    assert.equal(merged(answer('denied'), answer('allowed')).missing[0]?.wouldAllowIf, `not in [${A}]`)
    assert.equal(merged(answer('denied'), answer('undetermined')).missing[0]?.wouldAllowIf, null)
    assert.equal(merged(answer('undetermined'), answer('denied')).decision, 'undetermined')
  })

  it('cases of either owner are told with the owner', () => {
    const same = answer('undetermined', { outcomes: [{ when: { k: 'a' }, decision: 'allowed' }] })
    const cross = answer('undetermined', { outcomes: [{ when: { k: 'b' }, decision: 'denied' }] })
    assert.deepEqual(merged(same, cross).outcomes, [
      { when: { [OWNER]: A, k: 'a' }, decision: 'allowed' },
      { when: { [OWNER]: '(other)', k: 'b' }, decision: 'denied' },
    ])
    const many = Array.from({ length: 60 }, (_, i) => ({ when: { k: String(i) }, decision: 'denied' as const }))
    assert.equal(merged(answer('undetermined', { outcomes: many }), cross).outcomes.length, 61)
    assert.equal(
      merged(answer('undetermined', { outcomes: many }), answer('denied', { outcomes: many })).outcomes.length,
      64,
    )
  })

  it('an account or a resource that is not known is said in words', () => {
    const got = merged(answer('allowed'), answer('denied'), { caller: {}, resource: null } as ReadRequest)
    assert.equal(got.missing[0]?.fact, 'account that owns the resource')
    assert.equal(got.missing[0]?.wouldAllowIf, "= the principal's account")
    assert.equal(ownerFact(null), 'account that owns the resource')
  })

  it('a value allows by itself only where it does so for both owners', () => {
    const phrase = (same: Decision, cross: Decision) =>
      merged(same, cross)
        .missing.slice(1)
        .map((fact) => fact.wouldAllowIf)
    const open = (...facts: readonly MissingFact[]) =>
      answer('undetermined', {
        missing: facts,
        outcomes: [{ when: { n: facts.length, p: facts[0]?.wouldAllowIf }, decision: 'denied' }],
      })
    assert.deepEqual(phrase(open(missing('k', '= a')), answer('allowed')), ['= a'])
    assert.deepEqual(phrase(answer('allowed'), open(missing('k', '= a'))), ['= a'])
    assert.deepEqual(phrase(open(missing('k', '= a')), answer('denied')), [null])
    assert.deepEqual(phrase(open(missing('k', '= a')), open(missing('K', '= a'), missing('j', null))), ['= a', null])
    assert.deepEqual(phrase(open(missing('k', '= a')), open(missing('k', '= b'))), [null])
    assert.deepEqual(
      phrase(open(missing('k', '= a')), answer('denied', { missing: [missing('k', '= a', { kind: 'attribute' })] })),
      [null, null],
    )
  })

  it('what bears on the decision for one owner bears on it', () => {
    const fix = missing('k', null, { bearsOn: 'fix' })
    const decides = missing('k', null)
    const bears = (same: MissingFact, cross: MissingFact) =>
      merged(answer('undetermined', { missing: [same] }), answer('denied', { missing: [cross] }))
        .missing.slice(1)
        .map((fact) => fact.bearsOn)
    assert.deepEqual(bears(fix, decides), ['decision'])
    assert.deepEqual(bears(decides, fix), ['decision'])
    assert.deepEqual(bears(fix, fix), ['fix'])
    assert.deepEqual(bears(decides, missing('k', null, { layer: 'resource-policy' })), ['decision', 'decision'])
  })
})

describe('the statements that nearly allow', () => {
  const failed = (element: FailedElement['element'], hint?: string): FailedElement => ({
    element,
    expected: 'a',
    actual: 'b',
    ...(hint === undefined ? {} : { hint }),
  })
  const statement = (
    index: number,
    failedOn: readonly FailedElement[],
    more: Partial<StatementVerdict> = {},
  ): StatementVerdict => ({
    policy: 'p',
    index,
    pointer: `/Statement/${String(index)}`,
    effect: 'Allow',
    matches: false,
    failedOn,
    ...more,
  })
  const nearest = (...statements: readonly StatementVerdict[]) =>
    nearestStatements(statements).map(({ index }) => index)

  it('are those that fail on least', () => {
    assert.deepEqual(
      nearest(
        statement(0, [failed('Resource'), failed('Condition')]),
        statement(1, [failed('Resource')]),
        statement(2, [failed('Condition')]),
      ),
      [1, 2],
    )
    assert.deepEqual(nearest(statement(0, [failed('Resource'), failed('Condition')])), [0])
    // A statement for this resource that asks for two tags is no further than one for another resource.
    assert.deepEqual(
      nearest(statement(0, [failed('Condition'), failed('Condition')]), statement(1, [failed('Resource')])),
      [0, 1],
    )
    assert.deepEqual(nearest(), [])
  })
  it('are for this caller rather than for others, unless a slip keeps one from naming the caller', () => {
    assert.deepEqual(nearest(statement(0, [failed('Principal')]), statement(1, [failed('Condition')])), [1])
    assert.deepEqual(nearest(statement(0, [failed('Principal', 'path')]), statement(1, [failed('Condition')])), [0, 1])
    assert.deepEqual(nearest(statement(0, [failed('Principal')])), [0])
  })
  it('are never about another action, unless it is a near miss', () => {
    assert.deepEqual(
      nearest(
        statement(0, [failed('Action')]),
        statement(1, [failed('NotAction')]),
        statement(2, [failed('Action'), failed('Resource')]),
      ),
      [],
    )
    assert.deepEqual(nearest(statement(0, [failed('Action', 'letter case')])), [0])
    assert.deepEqual(
      nearest(statement(0, [failed('Action')]), statement(1, [failed('Resource'), failed('Principal')])),
      [1],
    )
  })
  it('are no Deny, none that matches and none without a reason', () => {
    const resource = [failed('Resource')]
    assert.deepEqual(
      nearest(statement(0, resource, { effect: 'Deny' }), statement(1, resource, { matches: true }), statement(2, [])),
      [],
    )
    assert.deepEqual(nearest(statement(0, resource, { matches: 'unknown' })), [0])
  })
})
