import { actionFacts, actionsOf, isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { conditionKeyFacts } from '#iam/facts/condition-keys.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import { isMultivaluedGlobalKey } from '#iam/key-state.ts'
import type { ContextValue, Request } from '#iam/request.ts'

type Json = Readonly<Record<string, unknown>>
/** A whole number from 0 up to, not including, `below`. */
export type Draw = (below: number) => number

const OWN = '111122223333'
const OTHER = '444455556666'
const ROLE = `arn:aws:iam::${OWN}:role/app`

/** Numbers that come out the same on every run (xorshift). */
export function drawer(seed: number): Draw {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).map(String)
const oneOf = <T>(list: readonly T[], draw: Draw): T | undefined => list[draw(Math.max(1, list.length))]

/** What the request is to miss: nothing, or one part of the statement by a little. */
export type Aim = 'hit' | 'action' | 'resource' | 'condition'

/** A request that the statement is about, or one beside it: made from its own actions, resources and conditions. */
export function requestAbout(statement: Json, aim: Aim, draw: Draw): Request {
  const action = actionFrom(oneOf(listOf(statement['Action'] ?? statement['NotAction']), draw) ?? '*', draw)
  const asked = aim === 'action' ? besideAction(action, draw) : action
  const context: Record<string, ContextValue> = {}
  const fill = (text: string): string => instanceOf(text, context, draw)
  const pattern = oneOf(listOf(statement['Resource'] ?? statement['NotResource']), draw) ?? '*'
  const named = pattern === '*' ? anyArn(asked.split(':')[0] ?? '') : arnOf(pattern, fill)
  const resource = asS3(asked, aim === 'resource' ? besideArn(named, draw) : named)
  addContext(statement['Condition'], context, fill, draw)
  if (aim === 'condition') missOne(context, draw)
  return {
    principal: `arn:aws:sts::${OWN}:assumed-role/app/s`,
    principalDetails: { roleArn: ROLE, userId: 'AROAAAAA:s' },
    action: asked,
    resource: isWildcardOnlyAction(asked) === true ? '*' : resource,
    resourceAccount: resource.split(':')[4] === OTHER ? OTHER : OWN,
    context,
    contextComplete: draw(4) > 0,
  }
}

/** A known action that the pattern covers, else one made up from it. */
function actionFrom(pattern: string, draw: Draw): string {
  if (pattern === '*') return 's3:GetObject'
  const [service = '', name = ''] = pattern.split(':')
  const glob = compileGlob(name.toLowerCase())
  const known = /[*?]/.test(name) ? actionsOf(service).filter((one) => globMatches(glob, one.toLowerCase())) : []
  return `${service}:${oneOf(known, draw) ?? name.replaceAll('*', 'Things').replaceAll('?', 'x')}`
}

/** Another action of the service, or a name that goes on. */
function besideAction(action: string, draw: Draw): string {
  const service = action.split(':')[0] ?? ''
  const other = oneOf(actionsOf(service), draw)
  return draw(2) === 0 || other === undefined ? `${action}More` : `${service}:${other}`
}

/** A text that the pattern covers; a variable gets a value, which the request then has. */
function instanceOf(text: string, context: Record<string, ContextValue>, draw: Draw): string {
  return text
    .replaceAll(/\$\{([^},]+)[^}]*\}/g, (_, key: string) => {
      const known = Object.entries(context).find(([name]) => name.toLowerCase() === key.trim().toLowerCase())
      if (typeof known?.[1] === 'string') return known[1]
      if (/^aws:(PrincipalAccount|ResourceAccount|userid)$/i.test(key)) return /userid/i.test(key) ? 'AROAAAAA:s' : OWN
      context[key.trim()] = 'v'
      return 'v'
    })
    .replaceAll('*', () => oneOf(['', 'x', 'x/y'], draw) ?? '')
    .replaceAll('?', 'y')
}

function anyArn(service: string): string {
  if (service === 's3') return 'arn:aws:s3:::bucket/key'
  if (service === 'iam' || service === 'sts') return `arn:aws:iam::${OWN}:role/x`
  return `arn:aws:${service}:eu-west-1:${OWN}:${service === 'kms' ? 'key' : 'thing'}/x`
}

/** Account and Region filled in where the pattern leaves them open. */
function arnOf(pattern: string, fill: (text: string) => string): string {
  const open = ['arn', 'aws', 'service', 'eu-west-1', OWN]
  // A colon inside of a variable divides nothing.
  const parts = pattern.replaceAll(/\$\{[^}]*\}/g, (variable) => variable.replaceAll(':', ';')).split(':')
  const head = open.map((usual, i) => (/[*$]/.test(parts[i] ?? '*') ? usual : parts[i]))
  return [...head, fill(parts.slice(5).join(':').replaceAll(';', ':') || '*')].join(':')
}

/** S3 is asked about a bucket or about an object, as the action is. */
function asS3(action: string, arn: string): string {
  const [service = '', name = ''] = action.split(':')
  if (service !== 's3' || !arn.startsWith('arn:aws:s3:::')) return arn
  const isOnObjects = actionFacts(service, name)?.resourceTypes.some((type) => type.name === 'object') === true
  const [bucket, ...key] = arn.split('/')
  return isOnObjects ? `${bucket}/${key.join('/') || 'key'}` : (bucket ?? arn)
}

/** Another account, another Region, another case, a longer name; an ARN that AWS could send all the same. */
function besideArn(arn: string, draw: Draw): string {
  const parts = arn.split(':')
  switch (draw(4)) {
    case 0:
      return parts[4] === OWN ? parts.with(4, OTHER).join(':') : `${arn}x`
    case 1:
      return parts[3] === 'eu-west-1' ? parts.with(3, 'us-east-2').join(':') : `${arn}x`
    case 2:
      return arn.slice(0, -1) + (arn.endsWith('Z') ? 'z' : 'Z')
    default:
      return `${arn}/more`
  }
}

const isMultivalued = (key: string): boolean =>
  isMultivaluedGlobalKey(key.toLowerCase()) || conditionKeyFacts(key)?.multivalued === true

/** A value for every key that the condition asks for, taken from the condition itself. */
function addContext(
  block: unknown,
  context: Record<string, ContextValue>,
  fill: (text: string) => string,
  draw: Draw,
): void {
  for (const [operator, keys] of Object.entries((block ?? {}) as Record<string, Json>))
    for (const [key, values] of Object.entries(keys)) {
      if (Object.keys(context).some((name) => name.toLowerCase() === key.toLowerCase())) continue
      const isNull = operator.endsWith('Null')
      const value = isNull ? 'there' : fill(oneOf(listOf(values), draw) ?? '')
      if (isNull && String(values) === 'true') context[key] = null
      else context[key] = isMultivalued(key) || operator.startsWith('For') ? [value] : value
    }
}

/** One key with another value, absent, not known, or there with a value that is not known. */
function missOne(context: Record<string, ContextValue>, draw: Draw): void {
  const key = oneOf(Object.keys(context), draw)
  if (key === undefined) return
  const value = context[key]
  const other = Array.isArray(value) ? [...value, 'other'] : `${String(value)}x`
  context[key] = oneOf<ContextValue>([other, null, { state: 'unknown' }, { state: 'present' }], draw) ?? null
}
