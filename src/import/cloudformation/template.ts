import { isObject, type JsonObject } from '#snapshot/fields.ts'
import type { ImportOptions } from '../options.ts'
import { isUnknown, unknown, type Unknown } from '../unknown.ts'

/** A template and what its parameters are. */
export interface Template {
  readonly parameters: JsonObject
  readonly mappings: JsonObject
  readonly conditions: JsonObject
  readonly resources: ReadonlyMap<string, TemplateResource>
  readonly options: ImportOptions
  readonly account: string | undefined
  readonly region: string | undefined
  readonly partition: string
  /** Carries out the intrinsic functions in a value of the template. */
  readonly resolve: (value: unknown) => unknown
  /** Values made so far, by what was asked for; `Unknown` while one is being made, so that circles end. */
  readonly made: Map<string, unknown>
}

export interface TemplateResource {
  readonly id: string
  readonly type: string
  /** `Unknown`: a macro or loop among them may bring and change any. */
  readonly properties: JsonObject | Unknown
  /** `unknown`: nobody knows before the deploy whether it will be made. */
  readonly exists: true | 'unknown'
  /** The condition under which it is made, as the template names it. */
  readonly condition: unknown
}

/** A field by its exact name, as CloudFormation spells it. */
export const own = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

/** A property as the template writes it. */
export const written = ({ properties }: TemplateResource, name: string): unknown =>
  isUnknown(properties) ? properties : own(properties, name)

/** Whether a key stands for keys that a macro or a loop puts in its place. */
export const isExpanded = (key: string): boolean => key === 'Fn::Transform' || key.startsWith('Fn::ForEach')

/** A property as it will be at the deploy, `Unknown` where nobody can tell. */
export const property = (template: Template, resource: TemplateResource, name: string): unknown =>
  template.resolve(written(resource, name))

export function textProperty(
  template: Template,
  resource: TemplateResource,
  name: string,
): string | Unknown | undefined {
  const value = property(template, resource, name)
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' || isUnknown(value) ? value : undefined
}

/** A list property; a lone value counts as a list of one. */
export function listProperty(
  template: Template,
  resource: TemplateResource,
  name: string,
): readonly unknown[] | Unknown {
  const value = property(template, resource, name)
  if (isUnknown(value)) return value
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
}

/** The name of a resource: its property, or what the caller said it will be called. */
export function nameOf(template: Template, resource: TemplateResource, propertyName: string): string | Unknown {
  const value = textProperty(template, resource, propertyName)
  if (typeof value === 'string') return value
  return template.options.parameters?.get(resource.id) ?? value ?? unknown(`the name of ${resource.id}`)
}
