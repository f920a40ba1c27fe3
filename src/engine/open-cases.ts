import { ABSENT } from '#iam/key-state.ts'
import type { SomeReadings } from '#iam/readings.ts'
import { prepareScenario } from './evaluate.ts'
import { areConsistent, type GivenKeys, withKeys } from './given-keys.ts'
import { evaluateLayers, type EvaluatedLayers } from './evaluate-layers.ts'
import { evaluationInputOf } from './read-request.ts'
import type { Choice } from './representatives.ts'
import type { Scenario } from './scenario.ts'
import { openKeys } from './open-keys.ts'
import { type RequestAnswers, walkRelations } from './walk-request.ts'
import type { OpenKey } from './would-allow.ts'

/** A request evaluated with some of its unknown context keys taken to have a value. */
export interface OpenCase {
  readonly evaluated: EvaluatedLayers
  /** The unknown keys that were given a value, by name. */
  readonly keys: ReadonlyMap<string, Choice>
}

/** The cases that are left of a request. */
export interface OpenCases {
  /** All keys that some policy hangs on and that are not known, with every choice there was. */
  readonly keys: readonly OpenKey[]
  readonly cases: readonly OpenCase[]
}

const MAX_CASES = 1024
const MAX_KEYS = 12

/**
 * The request under every owner that its resource may have (R-XACC-04): one evaluation where the owner is known, else two.
 * A list of resources gives the evaluations of each of them.
 */
export function evaluateRelations(scenario: Scenario, readings?: SomeReadings): readonly EvaluatedLayers[] {
  const prepared = prepareScenario(scenario, readings)
  const { resource } = scenario.request
  const each = resource === null || typeof resource === 'string' ? [resource] : resource
  return each.flatMap((arn) => walkRelations(prepared, arn, LAYERS_OF_RELATIONS))
}

const LAYERS_OF_RELATIONS: Pick<RequestAnswers<readonly EvaluatedLayers[]>, 'within' | 'ofEitherOwner'> = {
  within: (prepared, read, relation) => [evaluateLayers(evaluationInputOf(prepared, read, relation))],
  ofEitherOwner: (same, cross) => [...same, ...cross],
}

/**
 * The cases over the unknown context keys that `isPossible` leaves. By propagation: a value is out as soon as the request
 * with that value alone is not possible, which settles keys, which puts further values out; only what is left after that is
 * multiplied out. Too many cases stay one, with its keys open.
 */
export function openCases(evaluated: EvaluatedLayers, isPossible: (evaluated: EvaluatedLayers) => boolean): OpenCases {
  const open = evaluated.trace.filter(
    ({ applies, deny, allow }) => applies && (deny === 'unknown' || allow === 'unknown'),
  )
  // A key whose choices do not stand for every value stays open.
  const keys = openKeys(evaluated, open).filter(({ exact }) => exact)
  if (keys.length === 0) return { keys, cases: isPossible(evaluated) ? [{ evaluated, keys: new Map() }] : [] }
  const left = keys.length > MAX_KEYS * 2 ? undefined : propagated(evaluated, keys, isPossible)
  if (left === undefined) return { keys, cases: isPossible(evaluated) ? [{ evaluated, keys: new Map() }] : [] }
  const product = left.reduce((cases, choices) => cases * choices.length, 1)
  const rows = product > MAX_CASES || keys.length > MAX_KEYS ? [settledOf(keys, left)] : assignments(keys, left)
  return {
    keys,
    cases: rows.flatMap((row): OpenCase[] => {
      const ofRow = caseOf(evaluated, row)
      return ofRow !== undefined && isPossible(ofRow) ? [{ evaluated: ofRow, keys: row }] : []
    }),
  }
}

type Row = ReadonlyMap<string, Choice>

function propagated(
  evaluated: EvaluatedLayers,
  keys: readonly OpenKey[],
  isPossible: (evaluated: EvaluatedLayers) => boolean,
): readonly (readonly Choice[])[] {
  let left: readonly (readonly Choice[])[] = keys.map(({ choices }) => choices)
  for (;;) {
    const settled = settledOf(keys, left)
    const next = left.map((choices, i) => {
      const { key } = keys[i] ?? { key: '' }
      if (choices.length < 2) return choices
      return choices.filter((choice) => {
        const ofChoice = caseOf(evaluated, new Map([...settled, [key, choice]]))
        return ofChoice !== undefined && isPossible(ofChoice)
      })
    })
    if (next.every((choices, i) => choices.length === left[i]?.length)) return next
    left = next
  }
}

/** Keys of which one value is left. */
const settledOf = (keys: readonly OpenKey[], left: readonly (readonly Choice[])[]): Row =>
  new Map(
    keys.flatMap(({ key }, i) => {
      const [only, ...more] = left[i] ?? []
      return only === undefined || more.length > 0 ? [] : [[key, only] as const]
    }),
  )

function assignments(keys: readonly OpenKey[], left: readonly (readonly Choice[])[]): readonly Row[] {
  let rows: readonly Row[] = [new Map()]
  keys.forEach(({ key }, i) => {
    rows = rows.flatMap((row) => (left[i] ?? []).map((choice) => new Map([...row, [key, choice]])))
  })
  return rows
}

/** Undefined: no request can have all these values at once. */
function caseOf({ input }: EvaluatedLayers, row: Row): EvaluatedLayers | undefined {
  const givenKeys: GivenKeys = new Map([...row].map(([key, { state }]) => [key, state ?? ABSENT]))
  return areConsistent(input, givenKeys) ? evaluateLayers(withKeys(input, givenKeys)) : undefined
}
