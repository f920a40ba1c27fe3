import { isObject } from '#snapshot/fields.ts'
import { type Draft, unread } from '../draft.ts'
import type { ImportOptions } from '../options.ts'
import { sealedAs } from '../seal.ts'
import { isUnknown, unknown, type Unknown } from '../unknown.ts'
import { isLeftOut } from './configuration.ts'
import { linked } from './links.ts'
import type { ResourceLocation } from './resource-locations.ts'
import type { TerraformFile, TerraformResource } from './plan.ts'
import { withDigests, resourceDigest } from './expression-digest.ts'

/** Terraform file and drafts that the readers of the single resource types work on. */
export interface Source {
  readonly file: TerraformFile
  readonly draft: Draft
  readonly options: ImportOptions
  readonly placeOf: (resource: TerraformResource) => ResourceLocation
}

/** The managed resources of some types as they are after the plan. */
export const resourcesOf = ({ file }: Source, ...types: readonly string[]): readonly TerraformResource[] =>
  file.resources.filter((resource) => !resource.isData && types.includes(resource.type))

/** Resources that the plan takes away or changes, as they are before it. */
export const beforeOf = ({ file }: Source, ...types: readonly string[]): readonly TerraformResource[] =>
  file.before.filter((one) => !one.isData && types.includes(one.type))

/** An attribute: its value, `Unknown`, or undefined where it is not set. `--parameters ADDRESS.NAME=VALUE` settles an open one. */
export function valueOf(source: Source, resource: TerraformResource, name: string): unknown {
  const { values } = resource
  const value = Object.hasOwn(values, name)
    ? values[name]
    : resource.omitsUnknown
      ? openValue(resource, name)
      : undefined
  const given = isUnknown(value) ? source.options.parameters?.get(`${resource.address}.${name}`) : undefined
  return given ?? withDigests(source.file, resource, name, value) ?? undefined
}

const openValue = (resource: TerraformResource, name: string): Unknown => unknown(`${resource.address}.${name}`)

/** Words for what a resource may bring, with all that the file says of it. */
export const saidOf = ({ file }: Source, resource: TerraformResource, words = resource.address): string =>
  sealedAs(words, resourceDigest(file, resource))

/** A text attribute; '' counts as not set, as the provider writes it. */
export function textOf(source: Source, resource: TerraformResource, name: string): string | Unknown | undefined {
  const value = valueOf(source, resource, name)
  if (typeof value === 'string') return value === '' ? undefined : value
  return isUnknown(value) ? value : undefined
}

/** Whether an open attribute is merely one that nobody set, so that AWS's default holds. */
export function isDefault(source: Source, resource: TerraformResource, name: string): boolean {
  const value = valueOf(source, resource, name)
  if (value === undefined) return true
  if (!isUnknown(value) || resource.lifecycle !== 'created') return false
  return isLeftOut(source.file.configuration, resource, name)
}

/**
 * An attribute that holds the name, id or ARN of another resource: its text, or what `pick` makes of the one resource that the
 * configuration refers to.
 */
export function linkOf(
  source: Source,
  resource: TerraformResource,
  name: string,
  pick: (target: TerraformResource) => string | Unknown | undefined,
): string | Unknown | undefined {
  const text = textOf(source, resource, name)
  if (!isUnknown(text)) return text
  const targets = linked(source.file, resource, name)
  const [target] = targets ?? []
  return targets?.length === 1 && target !== undefined ? (pick(target) ?? text) : text
}

/** The blocks of a name, as objects. */
export function blocksOf(source: Source, resource: TerraformResource, name: string): readonly unknown[] | Unknown {
  const value = valueOf(source, resource, name)
  if (isUnknown(value)) return value
  return Array.isArray(value) ? value : isObject(value) ? [value] : []
}

export const tell = ({ draft }: Source, resource: TerraformResource, why: string): void =>
  unread(draft, resource.address, why)

/** The tags of a resource, those of the provider included; undefined where one is not known. */
export function tagsOf(source: Source, resource: TerraformResource): ReadonlyMap<string, string> | undefined {
  const name = ['tags_all', 'tags'].find((one) => Object.hasOwn(resource.values, one))
  if (name === undefined) return undefined
  const tags = valueOf(source, resource, name) ?? (name === 'tags_all' ? valueOf(source, resource, 'tags') : undefined)
  if (tags === undefined) return new Map()
  if (!isObject(tags) || isUnknown(tags)) return undefined
  const entries = Object.entries(tags)
  return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')
    ? new Map(entries)
    : undefined
}

/** A tags attribute for a resource file, where the tags are known. */
export const tagsAttribute = (source: Source, resource: TerraformResource): readonly (readonly [string, unknown])[] => {
  const tags = tagsOf(source, resource)
  return tags === undefined ? [] : [['tags', Object.fromEntries(tags)]]
}

/** The account where a resource is put; a missing one is told. */
export function accountOf(source: Source, resource: TerraformResource): string | undefined {
  const { account } = source.placeOf(resource)
  if (account === undefined) tell(source, resource, 'nothing says which account it is in: give `--account ID`')
  return account
}
