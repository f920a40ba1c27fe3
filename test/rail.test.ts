/** The rail of layers: that the page, its picture, a card and the guide draw one, and that it tells what a diagnosis tells. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { diagnoseEvidence } from '#app/diagnose.ts'
import { rawEvidence } from '#app/inputs.ts'
import { drawnHtml } from '#guide/drawn-html.ts'
import { layerRail, NAMED_BY } from '#guide/layer-rail.ts'
import type { Diagnosis } from '#http/wire.ts'
import type { Drawn } from '#rail/drawn.ts'
import { POLICY_LAYERS, type PolicyLayer } from '#iam/layers.ts'
import { type NamedBy, namedRail } from '#rail/named.ts'
import { railPlan } from '#rail/plan.ts'
import { isLit, type Line, lineAfter, type Rail, SAID, SHAPE_OF, type Standing, type Stop } from '#rail/rail.ts'
import { SHAPES } from '#rail/shapes.ts'
import { railLineTree, railTree } from '#rail/tree.ts'
import { railOf } from '../web/answer/rail-of.ts'

/** As AWS's message ends (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html). */
const KINDS: Readonly<Partial<Record<PolicyLayer, readonly [explicit: string, implicit: string]>>> = {
  'resource-control-policy': ['a resource control policy', 'resource control policy'],
  'service-control-policy': ['a service control policy', 'service control policy'],
  'vpc-endpoint-policy': ['a VPC endpoint policy', 'VPC endpoint policy'],
  'resource-policy': ['a resource-based policy', 'resource-based policy'],
  'identity-policy': ['an identity-based policy', 'identity-based policy'],
  'permissions-boundary': ['a permissions boundary', 'permissions boundary'],
  'session-policy': ['a session policy', 'session policy'],
}

const ACTION = 'dynamodb:GetItem'

/** The rail of a diagnosis for which there is a message and nothing else; caller and table are of one account. */
function railFromMessage(layer: PolicyLayer, by: NamedBy): Rail {
  const [explicit, implicit] = KINDS[layer] ?? ['', '']
  const end =
    by === 'explicit' ? `with an explicit deny in ${explicit}` : `because no ${implicit} allows the ${ACTION} action`
  const text = `User: arn:aws:sts::111122223333:assumed-role/reader/s is not authorized to perform: ${ACTION} on resource: arn:aws:dynamodb:eu-west-1:111122223333:table/t ${end}`
  const { diagnoses } = diagnoseEvidence(rawEvidence(text))
  const rail = railOf(JSON.parse(JSON.stringify(diagnoses[0])) as Diagnosis)
  assert.ok(rail !== undefined, text)
  return rail
}

const standings = ({ call }: Rail): readonly string[] =>
  call.stops.map(({ layer, kind, isOff }) => `${layer} ${kind}${isOff ? ', not reached' : ''}`)

describe('the rail of a message that names a layer is that of its diagnosis', () => {
  const layers = Object.keys(KINDS) as PolicyLayer[]
  for (const layer of layers)
    test(`${layer}, an explicit deny`, () =>
      assert.deepEqual(standings(namedRail(layer, 'explicit')), standings(railFromMessage(layer, 'explicit'))))
  for (const layer of layers.filter((one) => NAMED_BY[one] === 'implicit'))
    test(`${layer}, nothing allows it`, () =>
      assert.deepEqual(standings(namedRail(layer, 'implicit')), standings(railFromMessage(layer, 'implicit'))))
})

const all = (tree: Drawn, is: (one: Drawn) => boolean): readonly Drawn[] => [
  ...(is(tree) ? [tree] : []),
  ...tree.parts.flatMap((part) => (typeof part === 'string' ? [] : all(part, is))),
]
const textOf = ({ parts }: Drawn): string =>
  parts.map((part) => (typeof part === 'string' ? part : textOf(part))).join('')
const looks = ({ attrs }: Drawn): readonly string[] => (attrs['class'] ?? '').split(' ')
const stopsIn = (tree: Drawn): readonly Drawn[] => all(tree, (one) => one.tag === 'li')
const lineIn = (stop: Drawn): string =>
  looks(stop)
    .find((one) => one.startsWith('to-'))
    ?.slice(3) ?? ''

/** The name of a shape by what it is drawn of. */
function shapeIn(stop: Drawn): string {
  const [svg] = all(stop, ({ tag }) => tag === 'svg')
  const found = Object.entries(SHAPES).find(([, parts]) => JSON.stringify(parts) === JSON.stringify(svg?.parts))
  return found?.[0] ?? 'unknown shape'
}

const KINDS_OF: readonly Standing[] = ['deny', 'like', 'next', 'allow', 'passed', 'unseen', 'none', 'lit']
const word = fc.string({ minLength: 1, maxLength: 20 })
const stop: fc.Arbitrary<Stop> = fc.record({
  layer: word,
  kind: fc.constantFrom(...KINDS_OF),
  name: word,
  why: word,
  isOff: fc.boolean(),
})
const call = fc.record({ action: word, note: word, stops: fc.array(stop, { minLength: 1, maxLength: 8 }) })
const rails: fc.Arbitrary<Rail> = fc.record({
  call,
  further: fc.array(
    fc.tuple(call, fc.boolean(), fc.boolean()).map(([one, isRefused, isNow]) => ({ ...one, isRefused, isNow })),
    { maxLength: 2 },
  ),
})
const RUNS = { numRuns: 300, seed: 20261130 }

/** Eight pixels a sign. */
const measure = (text: string): number => text.length * 8

test('page, line, picture and HTML have the shapes, names and reasons of the data, in its order', () => {
  fc.assert(
    fc.property(rails, (rail) => {
      const stops = [...rail.call.stops, ...rail.further.flatMap((then) => then.stops)]
      const shapes = stops.map(({ kind }) => SHAPE_OF[kind])
      const page = stopsIn(railTree(rail))
      assert.deepEqual(page.map(shapeIn), shapes)
      assert.deepEqual(stopsIn(railLineTree(rail)).map(shapeIn), shapes)
      const { parts } = railPlan(rail, 0, 0, 1200, measure)
      const planned = parts.flatMap((part) => (part.kind === 'shape' ? [part.shape] : []))
      assert.deepEqual(planned, shapes)
      const drawnTexts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])).join(' ')
      const html = drawnHtml(railTree(rail))
      for (const [i, { name, why, kind }] of stops.entries()) {
        const text = textOf(page[i] ?? { tag: '', attrs: {}, parts: [] })
        assert.ok(text.startsWith(`${name}${SAID[kind]}: ${why}`), text)
        assert.ok(drawnTexts.includes(name) && drawnTexts.includes(why), drawnTexts)
      }
      assert.equal(html.match(/<li /g)?.length, stops.length)
    }),
    RUNS,
  )
})

test('lines between layers are the same on the page, on a card and in the picture', () => {
  fc.assert(
    fc.property(call, (one) => {
      const rail = { call: one, further: [] }
      const lines = one.stops.map((_, at): Line => lineAfter(one.stops, at))
      assert.deepEqual(stopsIn(railTree(rail)).map(lineIn), lines)
      assert.deepEqual(stopsIn(railLineTree(rail)).map(lineIn), lines)
      const planned = railPlan(rail, 0, 0, 1200, measure).parts.flatMap((part) =>
        part.kind === 'line' ? [part.line] : [],
      )
      // What refuses is a box, which no line leaves.
      const leaves = lines.filter(
        (_, at) => at < lines.length - 1 && !['deny', 'like'].includes(one.stops[at]?.kind ?? ''),
      )
      assert.deepEqual(planned, leaves)
    }),
    RUNS,
  )
})

test('shapes are painted in tokens that there are', () => {
  const tokens = readFileSync(join(import.meta.dirname, '..', 'web', 'tokens.css'), 'utf8')
  for (const [name, parts] of Object.entries(SHAPES)) {
    const paints = parts
      .flatMap(({ attrs }) => [attrs['fill'] ?? '', attrs['stroke'] ?? ''])
      .filter((one) => one !== '')
    const used = paints.filter((paint) => paint !== 'none')
    assert.ok(used.length >= parts.length, `${name} has a part that is not painted`)
    for (const paint of used)
      assert.ok(tokens.includes(`  ${/^var\((--[a-z-]{1,20})\)$/.exec(paint)?.[1] ?? paint}: #`), paint)
  }
})

test('a rail in a picture stays in its width, and its stops stand beside each other', () => {
  fc.assert(
    fc.property(rails, fc.integer({ min: 900, max: 1600 }), (rail, width) => {
      const { parts, height } = railPlan(rail, 40, 10, width, measure)
      let last = -1
      for (const part of parts) {
        if (part.kind === 'box') assert.ok(part.x >= 40 && part.x + part.width <= 40 + width + 0.01)
        if (part.kind === 'box') assert.ok(part.y >= 10 && part.y + part.height <= 10 + height)
        if (part.kind !== 'shape') continue
        assert.ok(part.x > last)
        last = part.x
      }
    }),
    RUNS,
  )
})

test('names are text in HTML, whatever they are', () => {
  const [layer = ''] = POLICY_LAYERS
  const hostile = '<img src=x onerror=alert(1)>"\'&'
  const stops: Stop[] = [{ layer, kind: 'deny', name: hostile, why: hostile, isOff: false, href: hostile }]
  const html = drawnHtml(railTree({ call: { action: hostile, note: hostile, stops }, further: [] }))
  assert.ok(!html.includes('<img') && !html.includes('"\''), html)
})

test('the page of each layer that AWS names shows its rail, with the layer lit and the ways to the others', () => {
  for (const layer of Object.keys(NAMED_BY)) {
    const html = layerRail(layer, (topic) => `${topic}.html`) ?? ''
    assert.match(html, new RegExp(`class="stop deny[^"]{0,40}"`))
    const ways = [...html.matchAll(/href="([a-z-]{1,40})\.html"/g)].map(([, topic]) => topic)
    assert.deepEqual(
      ways,
      Object.keys(KINDS).filter((one) => one !== layer),
    )
    assert.ok(!html.includes('var(--undefined'))
  }
  assert.equal(
    layerRail('cors', () => ''),
    undefined,
  )
  assert.equal(namedRail('service-guard', 'explicit').call.stops.filter(isLit).length, 1)
})
