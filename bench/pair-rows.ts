import { median, shown } from './figures.ts'
import type { Subject } from './load-subject.ts'
import { type PolicyPair, policyPairs } from './policy-pairs.ts'
import type { Row } from './rows.ts'
import { rounds, sized } from './size.ts'
import { type Answer, openZ3 } from './z3.ts'

const PAIRS = sized(240, 8)
/** z3 takes its time: it is asked of every so manieth pair, in turn with us. */
const EVERY = 4
const ROUNDS = rounds(5)
/** Rounds before the first that is timed: up to about the fifteenth, V8 still compiles, the longer the busier the machine. */
const WARM_UP = sized(20, 1)

/** Row 6. */
export async function pairRows(subject: Subject, version: string | undefined): Promise<Row[]> {
  const pairs = policyPairs(PAIRS)
  const compare = ({ old, new: next }: PolicyPair) => subject.compareDocuments([old], [next])
  for (let round = 0; round < WARM_UP; round++) for (const pair of pairs) compare(pair)
  const times = pairs.map((): number[] => [])
  let undecided = 0
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, pair] of pairs.entries()) {
      const from = performance.now()
      const { newAccess, lostAccess } = compare(pair)
      times[i]?.push(performance.now() - from)
      if (round === 0 && (newAccess === 'undecided' || lostAccess === 'undecided')) undecided++
    }
  const each = times.map(median)
  const unmet = unmetTimes(compare)
  const row = (
    what: string,
    bar: string,
    ours: string,
    theirs: string,
    result: string,
    met: boolean | undefined,
  ): Row => ({
    row: '6',
    what,
    bar,
    ours,
    yardstick: theirs,
    result,
    met,
  })
  const [p50, longest] = [median(each), Math.max(...each)]
  return [
    row(
      `compare two wildcard policies, both directions, ${PAIRS} pairs`,
      '<= 0.2 ms',
      shown(p50),
      '-',
      shown(p50),
      p50 <= 0.2,
    ),
    row('the same, of texts that were never met before', '-', shown(unmet), '-', shown(unmet), undefined),
    row('the same: the longest', '<= 100 ms', shown(longest), '-', shown(longest), longest <= 100),
    row('the same: pairs not decided', '0', String(undecided), '-', String(undecided), undecided === 0),
    ...(await againstZ3(subject, pairs, version, row)),
  ]
}

/**
 * The median where no name, path or account was met before: what is kept of patterns that come back is then of no use. All
 * the rest of the program is as warm as above.
 */
function unmetTimes(compare: (pair: PolicyPair) => unknown): number {
  const times = Array.from({ length: PAIRS }, (): number[] => [])
  for (let round = 0; round < WARM_UP + ROUNDS; round++)
    for (const [i, pair] of policyPairs(PAIRS).entries()) {
      const own = renamed(pair, round * PAIRS + i)
      const from = performance.now()
      compare(own)
      if (round >= WARM_UP) times[i]?.push(performance.now() - from)
    }
  return median(times.map(median))
}

const NAMES = /prod|releases|artifacts|app-|team\/|admin|boundary|vpce-[0-9]|111122223333|i-0/g

const renamed = (pair: PolicyPair, number: number): PolicyPair =>
  JSON.parse(
    JSON.stringify(pair).replaceAll(NAMES, (name) =>
      name === '111122223333' ? String(100_000_000_000 + number) : `${name}${number}`,
    ),
  ) as PolicyPair

/**
 * Like with like: one direction, and both after preparation. z3 has its problem made and asserted, and is timed from there
 * to its answer; we have the documents read, and are timed from there to the answer with its sets and a witness that was
 * replayed. The second row begins with the documents on both sides; making z3's problem is Python's work more than z3's, so
 * no bar hangs on it. Each pair counts with the median of several runs on either side, all of them made anew but for the
 * documents of the first row. Both are asked in turn, pair by pair.
 */
async function againstZ3(
  subject: Subject,
  pairs: readonly PolicyPair[],
  version: string | undefined,
  row: (...cells: [string, string, string, string, string, boolean | undefined]) => Row,
): Promise<Row[]> {
  const what = 'one direction, from documents that are read, against z3 from a problem that is asserted'
  if (version === undefined)
    return [row(what, '>= 40x, agrees', '-', 'not at hand (pip install z3-solver)', 'not computed', undefined)]
  const asked = pairs.filter((_, i) => i % EVERY === 0)
  const [solving, whole, answers]: [number[], number[], Answer[]] = [[], [], []]
  let [agreed, decided] = [0, 0]
  const z3 = openZ3()
  for (const [id, pair] of asked.entries()) {
    const { old, new: next } = pair
    const answer = await z3.ask({ id, ...pair }, 3000)
    answers.push(answer)
    const timed = (run: () => unknown): number =>
      median(
        Array.from({ length: ROUNDS }, () => {
          const from = performance.now()
          run()
          return performance.now() - from
        }),
      )
    const inOne = { lost: false }
    whole.push(timed(() => subject.compareDocuments([old], [next], 'identity-policy', inOne)))
    const read = subject.readDocuments([old], [next], 'identity-policy')
    solving.push(timed(() => subject.compareRead(read, inOne)))
    if (answer.answer === 'unknown') continue
    decided++
    const { newAccess } = subject.compareRead(read, inOne)
    if (newAccess === (answer.answer === 'sat' ? 'some' : 'none')) agreed++
  }
  z3.close()
  const cells = (mine: number, theirs: number, said: string, agrees: string) =>
    [shown(mine), `z3 ${version}: ${shown(theirs)}${said}`, `${(theirs / mine).toFixed(0)}x${agrees}`] as const
  const [ours, theirs] = [median(solving), median(answers.map(({ ms }) => ms))]
  const isMet = theirs / ours >= 40 && agreed === decided
  const said = ` of solving, decides ${decided} of ${asked.length}`
  const all = median(answers.map(({ ms, asserting = 0 }) => ms + asserting))
  return [
    row(what, '>= 40x, agrees', ...cells(ours, theirs, said, `, agrees on ${agreed}`), isMet),
    row('the same, both from the documents', '-', ...cells(median(whole), all, ' with asserting', ''), undefined),
  ]
}
