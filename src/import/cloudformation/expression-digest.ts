import { isObject } from '#snapshot/fields.ts'
import { digestOf } from '../digest.ts'
import { isUnknown, withDigest, type Unknown } from '../unknown.ts'
import { own, type Template, type TemplateResource } from './template.ts'

/** An unknown value with what the template says of it: the expression as written, and all that it names. */
export const unknownWithDigest = (template: Template, found: Unknown, expression: unknown): Unknown =>
  withDigest(found, [found.told, expressionDigest(template, expression)])

/** Digest of all that a template says of a resource; two that differ in any of it are not the same. */
export const resourceDigest = (template: Template, { id, type, properties, condition }: TemplateResource): string =>
  digestOf([id, type, expressionDigest(template, properties), expressionDigest(template, { Condition: condition })])

export const resourceDigests = (template: Template, ids: readonly string[]): readonly string[] =>
  ids.flatMap((id) => {
    const resource = template.resources.get(id)
    return resource === undefined ? [] : [resourceDigest(template, resource)]
  })

/** A digest of an expression as it is written, and of the parameters, conditions, mappings and resources that it names. */
export function expressionDigest(template: Template, expression: unknown): string {
  const names = namesIn(expression)
  return digestOf([expression, [...names].sort().map((name) => saidOfName(template, name))])
}

/** Each is looked at once; while it is, it says nothing, which ends a circle. */
function saidOfName(template: Template, name: string): string {
  const key = `said/${name}`
  const known = template.made.get(key)
  if (typeof known === 'string') return known
  template.made.set(key, '')
  const said = digestOf(definitionsOf(template, name))
  template.made.set(key, said)
  return said
}

/** All that bears the name. A reference to what AWS makes up a name for is said by its logical id; tags name nothing. */
function definitionsOf(template: Template, name: string): readonly unknown[] {
  const condition = own(template.conditions, name)
  const resource = template.resources.get(name)
  return [
    name,
    own(template.parameters, name),
    template.options.parameters?.get(name),
    condition === undefined ? undefined : expressionDigest(template, condition),
    own(template.mappings, name),
    resource === undefined ? undefined : [resource.type, expressionDigest(template, named(resource))],
  ]
}

/** What may bear on the name of a resource; what a resource allows and how it is tagged never does. */
function named({ type, properties }: TemplateResource): unknown {
  if (isUnknown(properties) || !type.startsWith('AWS::') || type.startsWith('AWS::CloudFormation::')) return properties
  return Object.fromEntries(Object.entries(properties).filter(([name]) => /(?:Name|Path|^Id|^MultiRegion)$/.test(name)))
}

/** What `Ref`, `GetAtt`, `Sub`, `If`, `FindInMap` and `Condition` name anywhere in an expression. */
function namesIn(expression: unknown): ReadonlySet<string> {
  const found = new Set<string>()
  const open: unknown[] = [expression]
  while (open.length > 0) {
    const next = open.pop()
    if (Array.isArray(next)) for (const one of next as readonly unknown[]) open.push(one)
    else if (isObject(next))
      for (const [name, argument] of Object.entries(next)) {
        for (const one of namedBy(name, argument)) found.add(one)
        open.push(argument)
      }
  }
  return found
}

const FIRST_OF_LIST = ['Fn::GetAtt', 'Fn::If', 'Fn::FindInMap']

function namedBy(name: string, argument: unknown): readonly string[] {
  const first: unknown = Array.isArray(argument) ? argument[0] : argument
  if (typeof first !== 'string') return []
  if (name === 'Ref' || name === 'Condition') return [first]
  if (FIRST_OF_LIST.includes(name)) return [first.split('.', 1)[0] ?? first]
  return name === 'Fn::Sub' ? namesInText(first) : []
}

/** The names in `${Name}` and `${Logical.Attribute}`. */
function namesInText(text: string): readonly string[] {
  return text
    .split('${')
    .slice(1)
    .map((part) => part.split(/[}.]/, 1)[0]?.trim() ?? '')
}
