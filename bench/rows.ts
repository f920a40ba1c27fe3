import type { Decision } from '#engine/decision.ts'
import type { Request } from '#iam/request.ts'
import { type Fixture, grown, REALISTIC, WORST } from './fixtures.ts'
import type { Subject } from './load-subject.ts'
import { type Case, type Figure, interleaved } from './measure.ts'
import { rounds, sized } from './size.ts'
import { simulationOf, type Yardstick } from './yardstick.ts'

/** One line of the table. `met` undefined: the yardstick is not at hand, so nothing was compared. */
export interface Row {
  readonly row: string
  readonly what: string
  readonly bar: string
  readonly ours: string
  readonly yardstick: string
  readonly result: string
  readonly met: boolean | undefined
}

const ROUNDS = rounds(5)
/** Decisions in a round. */
const DECISIONS = sized(20_000, 300)

const known = ({ organization }: Fixture) => ({ organization })
const requestOf = ({ requests }: Fixture, i: number): Request => {
  const request = requests[i % requests.length]
  if (request === undefined) throw new Error('a fixture without requests')
  return request
}

/** A decision, and for each layer the statement that settles it. */
function decideCase(subject: Subject, fixture: Fixture, calls: number): Case {
  const policies = subject.preparePolicies(fixture.policies)
  const run = (i: number): number => {
    const { decision, trace } = subject.decideRequest(policies, requestOf(fixture, i), known(fixture))
    let settled = decision === 'allowed' ? 1 : 0
    for (const { by } of trace) if (by !== undefined) settled += by.statement.index
    return settled
  }
  return { name: `decide ${fixture.name}`, calls, run }
}

function traceCase(subject: Subject): Case {
  const policies = subject.preparePolicies(REALISTIC.policies)
  const run = (i: number): Decision => subject.evaluateRequest(policies, requestOf(REALISTIC, i), known(REALISTIC))
  return { name: 'trace', calls: 1500, run }
}

function fromTextCase(subject: Subject): Case {
  const { policies, organization, requests } = REALISTIC
  const text = JSON.stringify({ request: requests[0], policies, organization })
  const run = (): unknown => {
    const scenario = JSON.parse(text) as { request: Request; policies: Fixture['policies'] } & Pick<
      Fixture,
      'organization'
    >
    return subject.decideRequest(subject.preparePolicies(scenario.policies), scenario.request, scenario)
  }
  return { name: 'from text', calls: 200, run }
}

function yardstickCases(yardstick: Yardstick): Case[] {
  const simulations = (fixture: Fixture): object[] => fixture.requests.map((request) => simulationOf(fixture, request))
  const of = (fixture: Fixture): Case => {
    const given = simulations(fixture)
    return { name: `yardstick ${fixture.name}`, calls: 40, run: (i) => yardstick.run(given[i % given.length] ?? {}) }
  }
  const text = JSON.stringify(simulations(REALISTIC)[0])
  const fresh: Case = { name: 'yardstick from text', calls: 40, run: () => yardstick.run(JSON.parse(text) as object) }
  return [of(REALISTIC), of(WORST), fresh]
}

/** Rows 1 to 4. */
export async function engineRows(subject: Subject, yardstick: Yardstick | undefined): Promise<Row[]> {
  const cases = [
    decideCase(subject, REALISTIC, DECISIONS),
    traceCase(subject),
    decideCase(subject, WORST, DECISIONS),
    fromTextCase(subject),
    ...(yardstick === undefined ? [] : yardstickCases(yardstick)),
  ]
  const figures = await interleaved(cases, ROUNDS)
  const row = (number: string, what: string, ours: string, theirs: string, times: number): Row =>
    compared(number, what, figures.get(ours), figures.get(theirs), times)
  const worst = figures.get('decide worst')
  return [
    row('1', 'decide, realistic set, with the deciding statements', 'decide realistic', 'yardstick realistic', 500),
    row('2', 'evaluate, realistic set, with every statement', 'trace', 'yardstick realistic', 50),
    row('3', 'decide, 236 wildcard statements', 'decide worst', 'yardstick worst', 500),
    spread(worst),
    row('4', 'parse, prepare and decide once, from JSON text', 'from text', 'yardstick from text', 3),
  ]
}

function compared(row: string, what: string, ours: Figure | undefined, theirs: Figure | undefined, times: number): Row {
  const ratio = ours === undefined || theirs === undefined ? undefined : theirs.p50 / ours.p50
  return {
    row,
    what,
    bar: `>= ${times}x`,
    ours: shown(ours),
    yardstick: theirs === undefined ? 'not at hand' : shown(theirs),
    result: ratio === undefined ? 'not computed' : `${ratio.toFixed(ratio < 10 ? 1 : 0)}x`,
    met: ratio === undefined ? undefined : ratio >= times,
  }
}

function spread(worst: Figure | undefined): Row {
  const ratio = worst === undefined ? Number.NaN : worst.p99 / worst.p50
  return {
    row: '3',
    what: 'the same: p99 against p50',
    bar: '<= 5x',
    ours: shown(worst),
    yardstick: '-',
    result: `${ratio.toFixed(1)}x`,
    met: ratio <= 5,
  }
}

/** Row 12: what one policy costs in a decision must not grow with how many there are. */
export async function growthRow(subject: Subject): Promise<Row> {
  const times = [1, 10, 100]
  const cases = times.map((n) => decideCase(subject, grown(n), Math.max(300, DECISIONS / n)))
  const figures = await interleaved(cases, ROUNDS)
  const perUnit = times.map((n) => (figures.get(`decide ${n}x`)?.p50 ?? Number.NaN) / n)
  const ratio = Math.max(...perUnit) / (perUnit[0] ?? Number.NaN)
  return {
    row: '12',
    what: 'decide over 1x, 10x, 100x policies: time per 1x',
    bar: '<= 1.3x',
    ours: perUnit.map((value) => `${value.toFixed(2)} µs`).join(', '),
    yardstick: '-',
    result: `${ratio.toFixed(2)}x`,
    met: ratio <= 1.3,
  }
}

const shown = (figure: Figure | undefined): string =>
  figure === undefined ? '-' : `${micro(figure.p50)} (p99 ${micro(figure.p99)})`

const micro = (value: number): string => (value < 1000 ? `${value.toFixed(1)} µs` : `${(value / 1000).toFixed(2)} ms`)
