import type { ResourceDraft } from '../draft.ts'
import { givePolicyApart, mayHavePolicy, mayHaveThisPolicy } from '../draft.ts'
import { isUnknown } from '../unknown.ts'
import { linksOf } from './links.ts'
import type { TerraformResource } from './plan.ts'
import { saidOf, type Source, tell, textOf, valueOf } from './source.ts'

/** The things of this file that an attribute may mean. `isSure`: it is the one that is listed, or none of this file. */
export interface ResolvedReference<T> {
  readonly found: readonly T[]
  readonly isSure: boolean
  /** Where that is not sure: the one thing that the expression refers to, which it most likely means. */
  readonly likely?: T
  /** A digest of what the file says of the expression, where what it means is not known. */
  readonly told?: string
}

/** A kind of thing that others name: its types, and what is known of each by address. */
export interface Named<T> {
  readonly types: readonly string[]
  readonly known: ReadonlyMap<string, T>
  /** As a person calls it. */
  readonly word: string
  /**
   * The ARN of one whose name its maker chooses: an expression may put a text around that and so name another. Left out where
   * a reference is taken for what it refers to.
   */
  readonly arnOf?: (thing: T) => string
  /** What follows its ARN names a part of it with a policy of its own, which need not stand in the file. */
  readonly hasParts?: boolean
}

/** Each may take its value from another: `bucket = aws_s3_bucket_public_access_block.x.bucket`. */
const MAX_STEPS = 4

/**
 * Referents of an attribute that holds a name, id or ARN: the text itself where the plan knows it, and else the things that
 * the configuration refers to. Where it refers to none of their types, any of this file may be meant, and that is told.
 */
export function resolveReference<T>(
  source: Source,
  resource: TerraformResource,
  attribute: string,
  named: Named<T>,
): string | undefined | ResolvedReference<T> {
  const said = lookedUp(source, resource, attribute, named, 0)
  if (typeof said !== 'object') return said
  if (!said.isSure && said.likely === undefined)
    tell(source, resource, `nothing says which ${named.word} it belongs to, so it may be any`)
  return said
}

function lookedUp<T>(
  source: Source,
  resource: TerraformResource,
  attribute: string,
  named: Named<T>,
  depth: number,
): string | undefined | ResolvedReference<T> {
  const text = textOf(source, resource, attribute)
  if (!isUnknown(text)) return text
  const links = linksOf(source.file, resource, attribute) ?? []
  const targets = [...new Set(links.map((link) => link.resource))]
  const [link] = links
  // A data source may look at anything, what this file makes among it.
  if (targets.length > 0 && targets.every(({ type, isData }) => !isData && named.types.includes(type))) {
    // A target without an entry has a name that nobody knows; no request can be about it.
    const found = targets.flatMap(({ address }) => named.known.get(address) ?? [])
    if (targets.length > 1) return { found, isSure: false, told: text.told }
    return source.options.plainReferences === true
      ? { found, isSure: true }
      : { ...aroundOf(found, named), told: text.told }
  }
  const passesOn = links.length === 1 && link !== undefined && (link.attribute === attribute || link.attribute === 'id')
  if (passesOn && depth < MAX_STEPS && valueOf(source, link.resource, attribute) !== undefined)
    return lookedUp(source, link.resource, attribute, named, depth + 1)
  return { found: [...new Set(named.known.values())], isSure: false, told: text.told }
}

/**
 * `b.id` and `"${b.id}-logs"` have the same references. So where the file has things whose names hold the name of the one that is
 * referred to, or are held by it, that one is likely, and any of them may be meant.
 */
function aroundOf<T>(found: readonly T[], { known, arnOf, hasParts }: Named<T>): ResolvedReference<T> {
  const [likely] = found
  if (arnOf === undefined || likely === undefined) return { found, isSure: true }
  const name = nameIn(arnOf(likely))
  const kin = [...new Set(known.values())].filter((one) => {
    const other = nameIn(arnOf(one))
    return one !== likely && (other.includes(name) || name.includes(other))
  })
  return kin.length === 0 && hasParts !== true
    ? { found, isSure: true }
    : { found: [likely, ...kin], isSure: false, likely }
}

const nameIn = (arn: string): string => arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1)

/** Gives a policy to what it is of, as far as that is sure. */
export function givenTo(
  source: Source,
  { found, isSure, likely, told = '' }: ResolvedReference<ResourceDraft>,
  resource: TerraformResource,
  policy: unknown,
): void {
  const { address } = resource
  for (const one of found)
    if (!isSure && likely === undefined)
      mayHavePolicy(one, saidOf(source, resource, `whether ${address} is its policy`))
    else if (policy === undefined) continue
    else if (isSure) givePolicyApart(one, policy)
    else mayHaveThisPolicy(one, { document: policy, by: address, told, isLikely: one === likely })
}
