import { isObject, type JsonObject } from '#snapshot/fields.ts'
import { digestOf } from '../digest.ts'
import { isUnknown, withDigest, unknownIn } from '../unknown.ts'
import {
  type Configured,
  entryOf,
  expressionOf,
  expressionOfCall,
  expressionOfOutput,
  ownField,
  referencesIn,
} from './configuration.ts'
import { callOf } from './links.ts'
import type { TerraformFile, TerraformResource } from './plan.ts'
import { leavesOf, stepsOf } from './references.ts'

/**
 * A value of a plan whose open parts carry what the file says of them: the expression of the configuration that each comes
 * from, and what the plan knows of the things that it refers to.
 */
export function withDigests(file: TerraformFile, resource: TerraformResource, name: string, value: unknown): unknown {
  if (unknownIn(value) === undefined) return value
  return withDigestsOf(file, resource, value, expressionOf(file.configuration, resource, name))
}

/** Blocks of the AWS provider nest less than ten deep; what is deeper is said as one. */
function withDigestsOf(file: TerraformFile, where: TerraformResource, value: unknown, expression: unknown): unknown {
  if (isUnknown(value)) return withDigest(value, expressionDigest(file, where, expression))
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value
    const each: readonly unknown[] = Array.isArray(expression) ? expression : []
    return entries.map((entry, i) =>
      withDigestsOf(file, where, entry, each.length === entries.length ? each[i] : expression),
    )
  }
  if (!isObject(value) || unknownIn(value) === undefined) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      withDigestsOf(file, where, one, ownField(expression, name) ?? expression),
    ]),
  )
}

/** Digest of all that the file says of a resource that bears on another in a way that is not known. */
export const resourceDigest = (file: TerraformFile, resource: TerraformResource): string =>
  digestOf([resource.address, resource.values, expressionDigest(file, resource, entryOf(file.configuration, resource))])

/** A digest of an expression, and of what the file knows of what it refers to. */
function expressionDigest(file: TerraformFile, where: Configured, expression: unknown): string {
  const leaves = leavesOf(referencesIn(expression))
  return digestOf([expression, leaves.map((leaf) => referenceDigest(file, where, leaf))])
}

/** Each is looked at once; while it is, it says nothing, which ends a circle. */
function referenceDigest(file: TerraformFile, where: Configured, reference: string): string {
  const isEach = reference.startsWith('each.') || reference.startsWith('count.')
  const key = [where.module, isEach ? `${where.type}.${where.name}` : '', reference].join('\n')
  const known = file.said.get(key)
  if (known !== undefined) return known
  file.said.set(key, '')
  const said = digestOf(isEach ? repetitionOf(file, where) : referencedValue(file, where, reference))
  file.said.set(key, said)
  return said
}

/** What `each` and `count` stand for. */
function repetitionOf(file: TerraformFile, where: Configured): unknown {
  const entry = entryOf(file.configuration, where)
  const expressions = ['for_each_expression', 'count_expression'].map((name) => ownField(entry, name))
  return expressions.map((expression) => expressionDigest(file, where, expression))
}

function referencedValue(file: TerraformFile, where: Configured, reference: string): unknown {
  const [first, second, third, fourth] = stepsOf(reference)
  const { module } = where
  if (first?.name === 'var') return variableDigest(file, where, second?.name ?? '')
  if (first?.name === 'module') {
    const inner = `${module === '' ? '' : `${module}.`}module.${second?.name ?? ''}`
    const expression = expressionOfOutput(file.configuration, inner, third?.name ?? '')
    return expressionDigest(file, { ...where, module: inner }, expression)
  }
  const isData = first?.name === 'data'
  const [type, name, attribute] = isData ? [second, third, fourth] : [first, second, third]
  return blockDigest(file, { module, type: type?.name ?? '', name: name?.name ?? '', isData }, attribute?.name)
}

function variableDigest(file: TerraformFile, where: Configured, name: string): unknown {
  const { module } = where
  if (module === '') return ownField(file.variables, name)
  const { above } = callOf(module)
  const expression = expressionOfCall(file.configuration, module, name)
  return expressionDigest(file, { ...where, module: above }, expression)
}

/** Attributes that have no part in what a resource of AWS is called. */
const NAMELESS = [
  'assume_role_policy',
  'description',
  'inline_policy',
  'managed_policy_arns',
  'policy',
  'tags',
  'tags_all',
]

function blockDigest(file: TerraformFile, block: Configured, attribute: string | undefined): unknown {
  const entry = entryOf(file.configuration, block)
  const isNamed = !block.isData && block.type.startsWith('aws_') && attribute !== undefined
  const left = isNamed ? NAMELESS.filter((one) => one !== attribute) : []
  const kept = (value: unknown): JsonObject =>
    Object.fromEntries(Object.entries(isObject(value) ? value : {}).filter(([name]) => !left.includes(name)))
  const instances = file.resources.filter(
    (resource) =>
      resource.type === block.type &&
      resource.name === block.name &&
      resource.isData === block.isData &&
      isWithin(resource, block),
  )
  const said = { ...kept(entry), expressions: kept(ownField(entry, 'expressions')) }
  return [expressionDigest(file, block, said), instances.map((instance) => [instance.address, kept(instance.values)])]
}

/** A reference into a module that was asked for several times may mean each. */
const isWithin = (resource: TerraformResource, { module }: Configured): boolean =>
  resource.module === module || withoutKeys(resource.module) === module

const withoutKeys = (module: string): string =>
  stepsOf(module)
    .map(({ name }) => name)
    .join('.')
