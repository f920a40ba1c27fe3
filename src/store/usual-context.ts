import type { Denial } from '#intake/denial.ts'

type Context = Denial['context']

/** What of an event the usual values of its condition keys are taken from. */
interface Call {
  readonly region: string | null
  /** ISO 8601. */
  readonly eventTime: string
}

/**
 * What most records of CloudTrail settle alike (R-CTX-03, F.2): a call over the internet, with TLS, by a session that neither is a
 * user's nor has a source identity. Written out it would be a sixth of a row, a million times the same.
 */
const ALIKE: ReadonlyMap<string, boolean | null> = new Map([
  ['aws:SourceVpce', null],
  ['aws:SourceVpc', null],
  ['aws:VpcSourceIp', null],
  ['aws:ViaAWSService', false],
  ['aws:CalledVia', null],
  ['aws:CalledViaFirst', null],
  ['aws:CalledViaLast', null],
  ['aws:SecureTransport', true],
  ['aws:MultiFactorAuthPresent', null],
  ['aws:MultiFactorAuthAge', null],
  ['aws:SourceIdentity', null],
])

const TIME = 'aws:CurrentTime'
const REGION = 'aws:RequestedRegion'
const NAMES = [...ALIKE.keys(), TIME, REGION]

/** Undefined: there is none. */
function usualValue(name: string, { eventTime, region }: Call): string | boolean | null | undefined {
  if (name === TIME) return eventTime
  return name === REGION ? region : ALIKE.get(name)
}

/** How the context of a call differs from the usual one. */
export interface UnusualContext {
  /** Keys that the usual context has not, or has with another value. */
  readonly given: Context
  /** Keys of the usual context that this one leaves open. */
  readonly open: readonly string[]
}

export function unusualContext(context: Context, call: Call): UnusualContext {
  const open = NAMES.filter((name) => !Object.hasOwn(context, name))
  const given: Record<string, Context[string]> = {}
  for (const name in context) {
    const value = context[name] ?? null
    if (usualValue(name, call) === value) continue
    // A record may name a key that cannot be set so.
    if (name === '__proto__') return { given: context, open }
    given[name] = value
  }
  return { given, open }
}

/** The context again. */
export function wholeContext({ given, open }: UnusualContext, call: Call): Context {
  const usual = NAMES.filter((name) => !open.includes(name)).map(
    (name) => [name, usualValue(name, call) ?? null] as const,
  )
  return Object.fromEntries([...usual, ...Object.entries(given)])
}
