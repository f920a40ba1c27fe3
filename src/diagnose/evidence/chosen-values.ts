import type { FailedElement, MetCondition } from '#engine/decision.ts'
import { isStandIn, OTHER } from '#engine/representatives.ts'
import type { Request } from '#iam/request.ts'
import type { Cause } from '../diagnosis.ts'

/** What a person may be told of the values that an explanation chose: by key in lower case. */
export type ToldValues = ReadonlyMap<string, unknown>

/**
 * The cause with no value that was chosen to stand for others in the place of one that the request had: in `metBy` and
 * `nearest.failedOn` a key that the evidence does not know has what may be told of it.
 */
export function asTold(cause: Cause, tellable: ToldValues): Cause {
  const { metBy, nearest } = cause
  return {
    ...cause,
    ...(metBy === undefined ? {} : { metBy: metBy.map((met) => metAsTold(met, tellable)) }),
    ...(nearest === undefined
      ? {}
      : { nearest: { ...nearest, failedOn: nearest.failedOn.map((failed) => failedAsTold(failed, tellable)) } }),
  }
}

const metAsTold = (met: MetCondition, tellable: ToldValues): MetCondition => {
  const key = met.key.toLowerCase()
  return met.state === undefined && tellable.has(key) ? { ...met, actual: withoutStandIn(tellable.get(key)) } : met
}

/** A value that stands for any other is no value of the request. */
const withoutStandIn = (value: unknown): unknown => (isStandIn(value) ? OTHER : value)

/** A hint on a near miss would be about the value that was chosen. */
function failedAsTold(failed: FailedElement, tellable: ToldValues): FailedElement {
  const key = failed.key?.toLowerCase() ?? ''
  if (!tellable.has(key) || failed.state === 'unknown') return failed
  const { hint, state, ...rest } = failed
  if (state === 'absent') return tellable.get(key) === OTHER ? { ...rest, actual: OTHER } : failed
  const value = withoutStandIn(tellable.get(key))
  return { ...rest, actual: value, ...(hint === undefined || value !== failed.actual ? {} : { hint }) }
}

/** The request with the mark of another value where its value was chosen to stand for any that no policy names. */
export function requestAsTold(request: Request, tellable: ToldValues | undefined): Request {
  if (tellable === undefined || request.context === undefined) return request
  const context = Object.entries(request.context).map(([key, value]) => {
    const chosen = tellable.get(key.toLowerCase())
    return [key, [chosen].flat().includes(OTHER) ? chosen : value]
  })
  return { ...request, context: Object.fromEntries(context) as NonNullable<Request['context']> }
}
