import type { KeyState } from '#iam/key-state.ts'
import type { ContextValue, Request } from '#iam/request.ts'
import type { EvaluationInput } from './evaluation-input.ts'
import { contextOf } from './context.ts'
import { tagKeyOf } from './resource-facts.ts'

/** Keys by the names they are asked under, with what each is taken to be. */
export type GivenKeys = ReadonlyMap<string, KeyState>

/** The case as it would be had the request listed these keys, with all that follows from them (R-COND-65). */
export function withKeys(input: EvaluationInput, keys: GivenKeys): EvaluationInput {
  const request = requestWith(input, keys)
  return { ...input, request, question: { ...input.question, lookup: contextOf({ ...input.source, request }) } }
}

function requestWith({ request, question }: EvaluationInput, keys: GivenKeys): Request {
  const idOf = (name: string): string => tagKeyOf(name, question.action.service)
  const ids = new Set([...keys.keys()].map(idOf))
  const kept = Object.entries(request.context ?? {}).filter(([name]) => !ids.has(idOf(name)))
  const context = Object.fromEntries([...kept, ...[...keys].map(([name, state]) => [name, valueOf(state)] as const)])
  return { ...request, context }
}

function valueOf(state: KeyState): ContextValue {
  if (state.state === 'absent') return null
  if (state.state !== 'values') return { state: state.state }
  return state.multivalued ? state.values : (state.values[0] ?? '')
}

/** Keys that say something of each other: how a request came, and on whose behalf (R-CTX-03, R-CTX-10). */
const BOUND: ReadonlySet<string> = new Set([
  'aws:sourceip',
  'aws:sourcevpce',
  'aws:sourcevpc',
  'aws:vpcsourceip',
  'aws:sourcevpcarn',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpceorgpaths',
  'aws:viaawsservice',
  'aws:calledvia',
  'aws:calledviafirst',
  'aws:calledvialast',
  'kms:viaservice',
])

const ADDRESS = 'aws:sourceip'

/** Whether one request can have all these keys as they are given: none contradicts what follows from the others. */
export function areConsistent(input: EvaluationInput, keys: GivenKeys): boolean {
  const bound = [...keys].filter(([name]) => BOUND.has(name.toLowerCase()))
  // Where the first case does not know how the request came, no policy of an endpoint says it.
  const isOpen = input.question.lookup('aws:SourceVpce').state === 'unknown'
  const source = { ...input.source, throughEndpoint: input.source.throughEndpoint && !isOpen }
  const bare: Request = { ...input.request, context: {}, contextComplete: false }
  const ofCaller = contextOf({ ...input.source, throughEndpoint: false, request: bare })
  return bound.every(([name, state]) => {
    // A service has no address, says the caller; that it is not known says more (docs/json.md, "Scenario").
    if (name.toLowerCase() === ADDRESS && ofCaller(name).state === 'absent') return true
    const rest = requestWith(input, new Map([...keys].filter(([other]) => other !== name)))
    const context = Object.fromEntries(
      Object.entries(rest.context ?? {}).filter(([other]) => other.toLowerCase() !== name.toLowerCase()),
    )
    const request: Request = { ...rest, context, contextComplete: false }
    return agrees(state, contextOf({ ...source, request })(name))
  })
}

function agrees(state: KeyState, follows: KeyState): boolean {
  if (follows.state === 'unknown') return true
  if ((state.state === 'absent') !== (follows.state === 'absent')) return false
  if (state.state !== 'values' || follows.state !== 'values') return true
  return state.values.length === follows.values.length && state.values.every((value) => follows.values.includes(value))
}
