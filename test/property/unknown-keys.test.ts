/** An undetermined answer says on which keys it hangs, and what each value of them comes to (R-COND-64, R-COND-65). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Decision } from '#engine/decision.ts'
import { evaluate, prepareScenario } from '#engine/evaluate.ts'
import { evaluateLayers } from '#engine/evaluate-layers.ts'
import { knownRelation, normalizeRequest, evaluationInputOf } from '#engine/read-request.ts'
import type { Scenario } from '#engine/scenario.ts'
import { readAddress, readDate, readNumber, readRange } from '#iam/condition/compare.ts'
import { resolveUnknowns } from '#engine/unknowns.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import type { ContextValue } from '#iam/request.ts'
import { arePossible } from '../spec/cases.ts'
import { RUNS as CASES } from './runs.ts'
import { isSame, substituted, withUnknownKeys } from './with-unknown-keys.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261124)
const RUNS = Math.ceil(CASES / 4)

const shows = (scenario: Scenario, decision: Decision): string =>
  `${JSON.stringify(scenario)}\n${JSON.stringify([decision.outcomes, decision.missing])}`

function each(check: (decision: Decision, scenario: Scenario) => void): void {
  let seen = 0
  const result = fc.check(
    fc.property(withUnknownKeys, (scenario) => {
      const decision = evaluate(scenario)
      if (decision.decision !== 'undetermined' || decision.outcomes.length === 0) return
      seen++
      check(decision, scenario)
    }),
    { numRuns: RUNS, seed: SEED },
  )
  if (result.failed) throw result.errorInstance
  assert.ok(seen > RUNS / 100, `only ${seen} scenarios hang on a key: the generator shows too little`)
}

test(`each case comes to what it says once its values are given (seed ${SEED})`, () => {
  each((decision, scenario) => {
    for (const { when, decision: says } of decision.outcomes) {
      const got = evaluate(substituted(scenario, when))
      assert.equal(got.decision, says, `${JSON.stringify(when)}\n${shows(scenario, decision)}`)
    }
  })
})

test(`the keys of the cases are those that matter, and those that are missing (seed ${SEED})`, () => {
  each(({ outcomes, missing, ...rest }, scenario) => {
    const text = shows(scenario, { ...rest, outcomes, missing })
    const keys = Object.keys(outcomes[0]?.when ?? {})
    if (outcomes.length < 64 && isExact(scenario))
      for (const key of keys) assert.ok(matters(key, outcomes), `${key} changes nothing\n${text}`)
    const named = new Set(missing.filter(({ kind }) => kind === 'context-key').map(({ fact }) => fact.toLowerCase()))
    // Where other facts are missing too, a key may be missing that changes no case yet.
    const settled = outcomes.every(({ decision }) => decision !== 'undetermined')
    const shown = settled ? [...named] : [...named].filter((key) => keys.some((one) => isSame(one, key)))
    assert.deepEqual(shown.toSorted(), keys.map((key) => key.toLowerCase()).toSorted(), text)
  })
})

/** Whether every value that there is was tried; two patterns that overlap, and variables, leave some out. */
function isExact(scenario: Scenario): boolean {
  const prepared = prepareScenario(scenario)
  const read = normalizeRequest(scenario.request, scenario.request.resource as string | null, scenario.resources)
  return (
    resolveUnknowns(evaluateLayers(evaluationInputOf(prepared, read, knownRelation(prepared, read))))?.keys !==
    undefined
  )
}

/** Two cases that differ in this key alone, or in more where no such two are possible, come to different decisions. */
function matters(key: string, outcomes: Decision['outcomes']): boolean {
  const rest = (when: object): string => JSON.stringify(Object.entries(when).filter(([name]) => name !== key))
  const decisions = new Map<string, Set<string>>()
  for (const { when, decision } of outcomes)
    decisions.set(rest(when), (decisions.get(rest(when)) ?? new Set()).add(decision))
  return [...decisions.values()].some((all) => all.size > 1)
}

test(`what would allow it allows it whatever the other keys are, and no other value does (seed ${SEED})`, () => {
  each((decision, scenario) => {
    // A variable compares two things of the request: which values it tells apart is not in the policy.
    if (decision.outcomes.length >= 64 || JSON.stringify(scenario.policies).includes('${')) return
    for (const { fact, wouldAllowIf } of decision.missing) {
      if (wouldAllowIf === null) continue
      const holds = readPhrase(wouldAllowIf)
      const values = new Map(
        [...decision.outcomes.map(({ when }) => valueOf(when, fact)), ...holds.examples].map((v) => [
          JSON.stringify(v),
          v,
        ]),
      )
      for (const value of values.values()) {
        if (value === null ? wouldAllowIf !== 'absent' : Array.isArray(value)) continue
        const effects = decision.outcomes.flatMap(({ when }) => {
          const given = { ...when, [keyIn(when, fact)]: value } as Record<string, ContextValue>
          const folded = Object.fromEntries(Object.entries(given).map(([key, one]) => [key.toLowerCase(), one]))
          return arePossible(scenario, folded) ? [evaluate(substituted(scenario, given)).decision] : []
        })
        if (effects.length === 0) continue
        const always = effects.every((effect) => effect === 'allowed')
        assert.equal(always, holds.of(value), `${fact} ${wouldAllowIf}, ${String(value)}\n${shows(scenario, decision)}`)
      }
    }
  })
})

const keyIn = (when: object, fact: string): string => Object.keys(when).find((key) => isSame(key, fact)) ?? fact
const valueOf = (when: Readonly<Record<string, unknown>>, fact: string): unknown => when[keyIn(when, fact)]

function isIn([network, bits]: NonNullable<ReturnType<typeof readRange>>, text: string): boolean {
  const address = readAddress(text)
  return address?.kind() === network.kind() && address.match(network, bits)
}

interface Phrase {
  readonly of: (value: unknown) => boolean
  readonly examples: readonly unknown[]
}

const plain = (value: string): string => (value === '""' ? '' : value)

/** Another value of the same type. */
function beside(value: string): string {
  if (readAddress(value) !== undefined) return '198.51.100.1'
  if (readNumber(value) !== undefined) return '12345'
  return readDate(value) === undefined ? 'zz' : '2031-01-01T00:00:00Z'
}

function readPhrase(text: string): Phrase {
  const list = (body: string): string[] => body.split(', ').map(plain)
  const [, not, body] = /^(not )?in \[(.*)\]$/s.exec(text) ?? []
  if (text === 'absent') return { of: (value) => value === null, examples: [null] }
  const equal = text.startsWith('= ') ? plain(text.slice(2)) : undefined
  if (equal === 'true' || equal === 'false') return { of: (value) => value === equal, examples: ['true', 'false'] }
  if (equal !== undefined) return { of: (value) => value === equal, examples: [equal, beside(equal)] }
  if (text.startsWith('like ')) {
    const pattern = text.slice(5)
    const made = ['', 'x', 'zz'].map((fill) => pattern.replaceAll('*', fill).replaceAll('?', 'q'))
    return { of: (value) => globMatches(compileGlob(pattern), String(value)), examples: made }
  }
  if (body === undefined) return { of: () => false, examples: [] }
  // A range of addresses stands for all in it.
  const range = body.includes('/') ? readRange(body) : undefined
  if (range !== undefined) return { of: (value) => isIn(range, String(value)), examples: [range[0].toString()] }
  const named = list(body)
  const more = named.map(beside)
  if (not === undefined) return { of: (value) => named.includes(String(value)), examples: [...named, ...more] }
  return { of: (value) => !named.includes(String(value)), examples: [...more, ...named] }
}
