import { isAccountId } from '#iam/arn.ts'
import { type Glob, globMatches } from '#iam/glob.ts'
import { UNKNOWN } from '#iam/key-state.ts'
import { readRequestResource, type RequestResource, resourceMatches, type ResourcePattern } from '#iam/resource.ts'
import type { ActionClass } from '#space/known-actions.ts'
import { globsApart } from '#space/glob-relations.ts'
import { headHolds, heldBy, restTexts } from '#space/resource-classes.ts'
import { isFormOf } from './action-form.ts'
import { filledIn, textOf, type TypeForm, typesOf } from './type-forms.ts'

/** ARNs of actions' own resource types that some patterns do not tell apart from one ARN, or from `*`. */
export class TypedArns {
  private readonly actions: ActionClass
  private readonly resource: string
  private readonly patterns: readonly ResourcePattern[]
  private readonly account: string | undefined
  private readonly own: readonly string[]
  private readonly holding: readonly number[]
  private readonly known = new Map<string, readonly string[]>()
  private readonly segments = new Map<number, readonly string[]>()

  constructor(
    actions: ActionClass,
    resource: string,
    patterns: readonly ResourcePattern[],
    account: string | undefined,
  ) {
    this.actions = actions
    this.resource = resource
    this.patterns = patterns
    this.account = account
    this.own = resource.split(':')
    this.holding = resource === '*' ? [] : heldBy(patterns, resource)
  }

  /** Names of the resource types that the ARNs of an action depend on: the same text for all actions with the same types. */
  typesOf(name: string): string {
    return typesOf(this.actions.service, name).names
  }

  *of(name: string): Generator<string> {
    const { names, forms } = typesOf(this.actions.service, name)
    if (this.resource === '*') {
      if (names === '') yield '*'
      return
    }
    const known = this.known.get(names)
    if (known !== undefined) return yield* known
    const found: string[] = []
    for (const form of forms)
      for (const arn of this.ofForm(form)) {
        found.push(arn)
        yield arn
      }
    this.known.set(names, found)
  }

  private *ofForm(form: TypeForm): Generator<string> {
    if (!this.holding.every((i) => isOfService(this.patterns[i], form.service))) return
    for (const head of this.headsOf(form)) {
      const last = this.restWith(head, form)
      if (last === undefined) continue
      const arn = `${head}:${last}`
      if (isFormOf(arn, this.actions.form)) yield arn
    }
  }

  /** First five segments that an ARN of the form can have: those of the resource, of its patterns, or the usual. */
  private headsOf({ service, region, owner }: TypeForm): readonly string[] {
    const [partition = 'aws'] = this.textsAt(1, ['aws']).filter((text) => text.startsWith('aws'))
    const regions = region.includes('$') ? this.textsAt(3, ['us-east-1']).filter((text) => text !== '') : [region]
    const owners = owner.includes('$')
      ? this.textsAt(4, [this.account ?? '', '111122223333']).filter(isAccountId)
      : [owner]
    const heads: string[] = []
    for (const regionName of regions.slice(0, 4))
      for (const id of owners.slice(0, 4)) heads.push(`arn:${partition}:${service}:${regionName}:${id}`)
    return heads
  }

  private textsAt(segment: number, usual: readonly string[]): readonly string[] {
    const known = this.segments.get(segment)
    if (known !== undefined) return known
    const texts = new Set([this.own[segment] ?? '', ...usual])
    for (const pattern of this.patterns) {
      const text = pattern.kind === 'arn' ? textOf(pattern.head[segment]) : undefined
      if (text !== undefined) texts.add(text)
    }
    const listed = [...texts]
    this.segments.set(segment, listed)
    return listed
  }

  /** The last segment of an ARN that, behind this head, is held by just the patterns that hold the resource. */
  private restWith(head: string, { rest, restText, pattern }: TypeForm): string | undefined {
    const own = this.own.slice(5).join(':')
    if (this.holding.some((i) => isRestApart(this.patterns[i], rest))) return undefined
    for (const text of this.atHand(own, restText))
      if (globMatches(rest, text) && this.isHeldAlike(`${head}:${text}`)) return text
    const segments = head.split(':')
    const byHead: number[] = []
    for (const [i, candidate] of this.patterns.entries()) if (headHolds(candidate, segments)) byHead.push(i)
    const observed = [...byHead.map((i) => this.patterns[i] as ResourcePattern), pattern]
    const held = this.holding.join()
    for (const { text, holds } of restTexts(observed, { required: byHead.length }))
      if (
        holds
          .filter((at) => at < byHead.length)
          .map((at) => byHead[at])
          .join() === held
      )
        return text
    return undefined
  }

  /** Texts that will mostly do, so that the patterns need not be walked: the resource's own, a pattern or the form filled in. */
  private *atHand(own: string, form: string): Generator<string> {
    for (const i of this.holding) {
      const pattern = this.patterns[i]
      if (pattern?.kind === 'arn' && pattern.rest.constant) yield filledIn(pattern.rest.source)
    }
    yield own
    yield filledIn(form)
    const wild = form.indexOf('?*')
    if (wild >= 0) yield form.slice(0, wild) + own.slice(own.indexOf('/') + 1)
  }

  private isHeldAlike(arn: string): boolean {
    const requestResource: RequestResource = readRequestResource(arn)
    const { patterns, holding } = this
    let at = 0
    for (const [i, pattern] of patterns.entries()) {
      const isWanted = holding[at] === i
      if (isWanted) at++
      if ((resourceMatches(pattern, requestResource, NOT_KNOWN) !== false) !== isWanted) return false
    }
    return true
  }
}

const NOT_KNOWN = () => UNKNOWN

const isRestApart = (pattern: ResourcePattern | undefined, rest: Glob): boolean =>
  pattern?.kind === 'arn' &&
  pattern.ofApi !== true &&
  pattern.restGlob !== undefined &&
  globsApart(pattern.restGlob, rest)

const isOfService = (pattern: ResourcePattern | undefined, service: string): boolean => {
  const glob = pattern?.kind === 'arn' ? pattern.head[2] : undefined
  return glob === undefined || service.includes('$') || globMatches(glob, service)
}
