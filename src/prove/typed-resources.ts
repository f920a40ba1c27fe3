import { isAccountId } from '#iam/arn.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { resourceTypeFacts } from '#iam/facts/resource-types.ts'
import { compileGlob, type Glob, globMatches } from '#iam/glob.ts'
import { readRequestResource, readResourcePattern, type ResourcePattern } from '#iam/resource.ts'
import type { Request } from '#iam/request.ts'
import type { ActionClass } from '#space/action-classes.ts'
import { headHolds, heldBy, restTexts } from '#space/resource-classes.ts'
import { isFormOf } from './action-form.ts'

/**
 * ARNs of the action's own resource types that the patterns do not tell apart from `resource`. Access points come last:
 * what stands behind one is judged too.
 */
export function* typedArns(
  actions: ActionClass,
  name: string,
  resource: string,
  patterns: readonly ResourcePattern[],
  account: string | undefined,
): Generator<string> {
  const types = actionFacts(actions.service, name)?.resourceTypes ?? []
  if (resource === '*') {
    if (types.length === 0) yield '*'
    return
  }
  const holding = heldBy(patterns, resource)
  const held = holding.join()
  const own = resource.split(':')
  const ordered = types.toSorted(
    (a, b) => Number(a.name.startsWith('accesspoint')) - Number(b.name.startsWith('accesspoint')),
  )
  for (const type of ordered)
    for (const text of resourceTypeFacts(actions.service, type.name)?.arnPatterns ?? []) {
      if (!holding.every((i) => isOfService(patterns[i], text.split(':')[2] ?? ''))) continue
      const [, , service = '', region = '', owner = '', ...rest] = text.split(':')
      for (const head of headsOf(own, { service, region, owner }, patterns, account)) {
        const last = restWith(patterns, head, held, rest.join(':'), own.slice(5).join(':'))
        if (last === undefined) continue
        const arn = `${head.join(':')}:${last}`
        if (isFormOf(arn, actions.form)) yield arn
      }
    }
}

interface TypeHead {
  readonly service: string
  readonly region: string
  readonly owner: string
}

/** First five segments that an ARN of the type can have: those of the resource, of its patterns, or the usual. */
function headsOf(
  own: readonly string[],
  { service, region, owner }: TypeHead,
  patterns: readonly ResourcePattern[],
  account: string | undefined,
): readonly (readonly string[])[] {
  const texts = (segment: number, usual: readonly string[]): readonly string[] => [
    ...new Set([
      own[segment] ?? '',
      ...usual,
      ...patterns.flatMap((one) => (one.kind === 'arn' ? (textOf(one.head[segment]) ?? []) : [])),
    ]),
  ]
  const partitions = texts(1, ['aws']).filter((text) => text.startsWith('aws'))
  const regions = region.includes('$') ? texts(3, ['us-east-1']).filter((text) => text !== '') : [region]
  const owners = owner.includes('$') ? texts(4, [account ?? '', '111122223333']).filter(isAccountId) : [owner]
  const [partition = 'aws'] = partitions
  return regions.slice(0, 4).flatMap((one) => owners.slice(0, 4).map((id) => ['arn', partition, service, one, id]))
}

const textOf = (glob: Glob | undefined): string | undefined =>
  glob?.kind === 'text' ? glob.text : glob?.kind === 'prefix' ? `${glob.text}x` : undefined

/** The last segment of an ARN that, behind this head, is held by just these patterns. */
function restWith(
  patterns: readonly ResourcePattern[],
  head: readonly string[],
  held: string,
  type: string,
  own: string,
): string | undefined {
  const byHead = patterns.flatMap((pattern, i) => (headHolds(pattern, head) ? [i] : []))
  const shape = shapeOf(type)
  if (globMatches(compileGlob(shape), own) && heldBy(patterns, `${head.join(':')}:${own}`).join() === held) return own
  const asked = [
    ...byHead.map((i) => patterns[i] as ResourcePattern),
    readResourcePattern(`arn:aws:s3:::${shape}`, '2008-10-17', 'identity'),
  ]
  for (const { text, holds } of restTexts(asked, { required: byHead.length }))
    if (holds.flatMap((at) => byHead[at] ?? []).join() === held) return text
  return undefined
}

const isOfService = (pattern: ResourcePattern | undefined, service: string): boolean => {
  const glob = pattern?.kind === 'arn' ? pattern.head[2] : undefined
  return glob === undefined || service.includes('$') || globMatches(glob, service)
}

/** Whatever stands for a name is at least one character. */
function shapeOf(pattern: string): string {
  const [first = '', ...parts] = pattern.split('${')
  let shape = first
  for (const part of parts) {
    const close = part.indexOf('}')
    shape += `?*${part.slice(close + 1)}`
  }
  return shape
}

/** A Region and an account where the type has them. */
function isWhole(arn: string, pattern: string): boolean {
  const [, , , region = '', account = ''] = arn.split(':')
  if (pattern.includes('${Region}') && region === '') return false
  return !pattern.includes('${Account}') || isAccountId(account)
}

/** Whether a request's resource is of a type of its action. */
export function isTyped({ action, resource }: Request): boolean {
  const colon = action.indexOf(':')
  const facts = actionFacts(action.slice(0, colon), action.slice(colon + 1))
  if (facts === undefined || typeof resource !== 'string') return false
  if (facts.resourceTypes.length === 0) return resource === '*'
  const asked = readRequestResource(resource)
  return facts.resourceTypes.some(({ name }) =>
    (resourceTypeFacts(facts.service, name)?.arnPatterns ?? []).some(
      (text) => asked.kind === 'arn' && isWhole(resource, text) && asked.segments[2] === text.split(':')[2],
    ),
  )
}
