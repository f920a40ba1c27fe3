import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import { isMultivaluedGlobalKey } from '#iam/key-state.ts'
import type { Budget } from '#space/budget.ts'
import { idOfLines, isWithin, type OpenLine, type Conjunction, withoutNarrower } from './formula.ts'

/**
 * Conjunctions without lines that no context needs: where one asks for a line, and another that asks for nothing else covers the
 * contexts in which the line does not hold, the line is left out (`aws:SourceVpce` is this one, or is not).
 */
export function withoutComplements(conjunctions: readonly Conjunction[], budget?: Budget): readonly Conjunction[] {
  let found = conjunctions
  for (let isDone = false; !isDone && found.length > 1; ) {
    isDone = true
    for (const [i, conjunction] of found.entries()) {
      budget?.spend(
        (conjunction.must.length + conjunction.never.length) * found.reduce((sum, other) => sum + linesOf(other), 0),
      )
      const wider = widened(conjunction, found.toSpliced(i, 1))
      if (wider === undefined) continue
      found = withoutNarrower(found.toSpliced(i, 1, wider), budget)
      isDone = false
      break
    }
  }
  return found
}

const linesOf = ({ must, never }: Conjunction): number => 1 + must.length + never.length

function widened(conjunction: Conjunction, others: readonly Conjunction[]): Conjunction | undefined {
  for (const [i, line] of conjunction.must.entries()) {
    if (!isPlain(line)) continue
    const rest = { ...conjunction, must: conjunction.must.toSpliced(i, 1) }
    if (others.some((other) => coversWithout(other, line, rest))) return rest
  }
  for (const [i, lines] of conjunction.never.entries()) {
    const [line] = lines
    if (line === undefined || lines.length > 1 || !isPlain(line)) continue
    const rest = { ...conjunction, never: conjunction.never.toSpliced(i, 1) }
    if (others.some((other) => isWithin({ ...rest, must: [...rest.must, line] }, other))) return rest
  }
  return undefined
}

/** Whether the other way holds wherever the rest does and the line does not. */
function coversWithout(other: Conjunction, line: OpenLine, rest: Conjunction): boolean {
  const never = other.never.filter((lines) => idOfLines(lines) !== line.id)
  if (never.length < other.never.length && isWithin(rest, { ...other, never })) return true
  return other.must.some(
    (otherLine, i) => isOpposite(line, otherLine) && isWithin(rest, { ...other, must: other.must.toSpliced(i, 1) }),
  )
}

/** Whether one of the two holds in every context: a text, or its absence, compares or does not (R-COND-01, R-COND-02). */
function isOpposite(a: OpenLine, b: OpenLine): boolean {
  if (a.key.toLowerCase() !== b.key.toLowerCase() || !isPlain(a) || !isPlain(b)) return false
  const [operator, other] = [a.line.use?.operator, b.line.use?.operator]
  if (operator === undefined || other === undefined) return false
  if (operator.family !== other.family || operator.relation !== other.relation) return false
  if (operator.family === 'null') return [...a.values, ...b.values].map(String).toSorted().join() === 'false,true'
  if (operator.family !== 'string') return false
  // What is not the one or not the other is everything.
  if (operator.negated && other.negated)
    return operator.relation === 'equals' && !a.values.some((value) => b.values.includes(value))
  if (operator.negated === other.negated) return false
  const [is, isNot] = operator.negated ? [b, a] : [a, b]
  return isNot.values.every((value) => is.values.includes(value))
}

/** A line of texts that say themselves what they mean, which holds or does not, whatever one value its key has. */
function isPlain({ key, line: { use, values } }: OpenLine): boolean {
  const folded = key.toLowerCase()
  return (
    use !== undefined &&
    use.setOperator === undefined &&
    ['string', 'bool', 'null'].includes(use.operator.family) &&
    values.length > 0 &&
    // `a${*}` and `a*` may mean one text.
    values.every(({ template: { parts, malformed } }) => !malformed && parts.every(({ kind }) => kind === 'pattern')) &&
    !isMultivaluedGlobalKey(folded) &&
    conditionKeyFacts(folded)?.multivalued !== true
  )
}
