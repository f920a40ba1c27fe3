import type { Assumption } from '#engine/decision.ts'
import { s3ResourceForm } from '#engine/resource-forms.ts'
import type { Scenario } from '#engine/scenario.ts'
import { type Action, readAction } from '#iam/action.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import { resourceTypeFacts } from '#iam/facts/resource-types.ts'
import { isMasked, withAccount } from '#iam/masked-account.ts'
import { policyHolderArns } from '#iam/policy-holder.ts'
import type { Request } from '#iam/request.ts'
import { documentFacts, resourcesNamedIn } from '#snapshot/at-hand/document-facts.ts'
import type { Piece } from '#snapshot/at-hand/piece.ts'
import { serviceOfKind } from '#snapshot/at-hand/resource-side.ts'

/** The resource that the given files are about, where the evidence names none, and the assumption that it is. */
export interface GivenResource extends Pick<Request, 'resourcePatterns'> {
  readonly resource: string
  readonly assumption: Assumption
}

/**
 * The one resource of the action's service whose policy or settings were given, or, where these name no resource, the only one that the
 * caller's given policies name (R-EVID-13). Which object of a bucket it was stays open. Undefined: none was given, or several.
 */
export function givenResource(
  actionText: string,
  pieces: readonly Piece[],
  scenario: Scenario | undefined,
  place: WhereItIs = ANYWHERE,
): GivenResource | undefined {
  const action = readAction(actionText)
  if (action === undefined) return undefined
  const isOfService = (arn: unknown): arn is string =>
    typeof arn === 'string' && parseArn(arn)?.service === action.service
  const own = [...pieces.flatMap(arnsOf), ...arnsIn(scenario)].filter(isOfService)
  const named =
    own.length === 0 && hasUnnamed(pieces, action.service) ? pieces.flatMap(namedByCaller).filter(isOfService) : []
  const built = own.length === 0 && named.length === 0 ? pieces.flatMap((piece) => builtArn(piece, action, place)) : []
  const [arn, ...others] = [...new Set([...own, ...named, ...built])]
  if (arn === undefined || others.length > 0) return undefined
  return bound(
    action,
    arn,
    named.length === 0
      ? `the evidence names no resource, and ${arn} is the only one whose policy or settings were given`
      : `the evidence names no resource, its settings were given, and ${arn} is the only one that the given policies name`,
  )
}

/** The one resource of the action's service whose policy or settings were given, of which the evidence has the bare name (R-EVID-13). */
export function givenByName(
  actionText: string,
  name: string,
  pieces: readonly Piece[],
  scenario: Scenario | undefined,
): GivenResource | undefined {
  const action = readAction(actionText)
  if (action === undefined || name === '' || name.startsWith('arn:')) return undefined
  const all = [...pieces.flatMap(arnsOf), ...arnsIn(scenario)].filter(
    (arn): arn is string => typeof arn === 'string' && parseArn(arn)?.service === action.service,
  )
  const [arn, ...others] = [...new Set(all)].filter((text) => parseArn(text)?.resource.split(/[:/]/).at(-1) === name)
  if (arn === undefined || others.length > 0) return undefined
  return bound(
    action,
    arn,
    `the evidence names ${name}, and this is the one of that name whose policy or settings were given`,
  )
}

/**
 * The resource of the evidence with the account that it masks, where the one resource whose policy or settings were given is the same but
 * for the mask (R-EVID-13). Messages of API Gateway show the last four digits: `********1234`.
 */
export function givenUnmasked(resource: string, pieces: readonly Piece[]): GivenResource | undefined {
  const mask = parseArn(resource)?.account ?? ''
  if (!isMasked(mask)) return undefined
  const [, first = '', last = ''] = /^(\d*)(?:.*\D)?(\d*)$/.exec(mask) ?? []
  const all = pieces.flatMap(arnsOf).flatMap((arn) => {
    if (typeof arn !== 'string') return []
    const account = parseArn(arn)?.account ?? ''
    const isFit = isAccountId(account) && account.startsWith(first) && account.endsWith(last)
    const meant = withAccount(resource, account)
    return isFit && [meant, ...policyHolderArns(meant)].includes(arn) ? [meant] : []
  })
  const [meant, ...others] = new Set(all)
  if (meant === undefined || others.length > 0) return undefined
  return {
    resource: meant,
    assumption: {
      fact: 'resource',
      value: meant,
      from: 'the evidence masks the account, and this is the one such resource whose policy or settings were given',
      ifWrong: 'the call was on another resource: --resource ARN says which',
    },
  }
}

/** With the form in which a call is asked: an object of a bucket, a path of a domain. */
function bound(action: Action, arn: string, from: string): GivenResource {
  const below = isBelowDomain(action) && parseArn(arn)?.resource.split('/').length === 2 ? `${arn}/*` : undefined
  const resource = below ?? s3ResourceForm(action.name, arn)?.resource ?? (builtBelow(arn) ? `${arn}/*` : arn)
  return {
    resource,
    ...(resource === arn ? {} : { resourcePatterns: { [resource]: [resource] } }),
    assumption: {
      fact: 'resource',
      value: resource,
      from,
      ifWrong: 'the call was on another resource: --resource ARN says which',
    },
  }
}

/**
 * Requests to a search domain are on a path below it: a policy for them ends with `/*`.
 * https://docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html
 */
const isBelowDomain = ({ service, name }: Action): boolean => service === 'es' && /^eshttp/i.test(name)

/** The calls of an API are on its stages. */
const builtBelow = (arn: string): boolean => /^arn:[^:]*:execute-api:[^/]*$/.test(arn)

/** What is known of where a resource is. */
export interface WhereItIs {
  readonly partition: string
  readonly region: string | undefined
  readonly account: string | undefined
}

const ANYWHERE: WhereItIs = { partition: 'aws', region: undefined, account: undefined }

/** The ARN of a resource of which a file has the id alone, `fs-…`, with placeholders for what nobody says. */
function builtArn(piece: Piece, { service }: Action, { partition, region, account }: WhereItIs): readonly string[] {
  if (piece.is !== 'resource' || piece.arn !== undefined || piece.name === undefined || piece.kind === undefined)
    return []
  if (serviceOfKind(piece.kind) !== service) return []
  const [form] = resourceTypeFacts(service, TYPE_OF_KIND.get(piece.kind) ?? piece.kind)?.arnPatterns ?? []
  const [id] =
    form
      ?.split(':')
      .at(-1)
      ?.match(/\$\{[^}]*\}/) ?? []
  if (form === undefined || id === undefined) return []
  const placed = form
    .replace('${Partition}', partition)
    .replace('${Region}', region ?? 'REGION')
    .replace('${Account}', account ?? 'ACCOUNT_ID')
  return [placed.slice(0, placed.indexOf(id)) + piece.name]
}

/** Types of the reference that are called otherwise than the kind. */
const TYPE_OF_KIND: ReadonlyMap<string, string> = new Map([['api', 'execute-api-general']])

/** A resource, and the key that its settings name. */
const arnsOf = (piece: Piece): readonly unknown[] =>
  piece.is === 'resource' ? [piece.arn, ...Object.values(piece.attributes ?? {})] : []

/** Whether settings of a resource of the service were given that do not say of which. */
const hasUnnamed = (pieces: readonly Piece[], service: string): boolean =>
  pieces.some(
    (piece) =>
      piece.is === 'resource' &&
      piece.arn === undefined &&
      piece.name === undefined &&
      serviceOfKind(piece.kind) === service,
  )

const namedByCaller = (piece: Piece): readonly string[] =>
  piece.is === 'identity-policy' ? resourcesNamedIn(piece.policy.document) : []

function arnsIn({ policies, resources = [] }: Partial<Scenario> = {}): readonly (string | undefined)[] {
  const document = policies?.resourcePolicy?.document
  return [...resources.map(({ arn }) => arn), ...(document === undefined ? [] : [documentFacts(document).arn])]
}
