import { isObject, type JsonObject } from '#snapshot/fields.ts'
import { type ImportOptions, partitionOf } from '../options.ts'
import { resolveCondition } from './conditions.ts'
import { resolve } from './resolve.ts'
import { withDigest, unknown, type Unknown } from '../unknown.ts'
import { isExpanded, own, type Template, type TemplateResource } from './template.ts'

/** Reads a template; a text says why it is none. Resources whose condition is false are not in it. */
export function readTemplate(value: unknown, options: ImportOptions): Template | string {
  if (!isObject(value)) return 'it is neither a JSON nor a YAML object'
  const resources = own(value, 'Resources')
  if (!isObject(resources)) return 'it has no `Resources`'
  const section = (name: string): JsonObject => {
    const found = own(value, name)
    return isObject(found) ? found : {}
  }
  const found = new Map<string, TemplateResource>()
  const template: Template = {
    parameters: section('Parameters'),
    mappings: section('Mappings'),
    conditions: section('Conditions'),
    resources: found,
    options,
    account: options.account,
    region: options.region,
    partition: partitionOf(options.region),
    resolve: (part) => resolve(template, part),
    made: new Map(),
  }
  for (const [id, resource] of Object.entries(resources)) {
    const type = own(resource, 'Type')
    if (typeof type !== 'string') continue
    const condition = own(resource, 'Condition')
    const exists = condition === undefined ? true : resolveCondition(template, { Condition: condition })
    if (exists !== false) found.set(id, { id, type, properties: propertiesOf(resource, id), exists, condition })
  }
  return template
}

/**
 * A macro sees what stands beside it and may change it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros-overview.html
 */
function propertiesOf(resource: unknown, id: string): JsonObject | Unknown {
  const properties = own(resource, 'Properties')
  const key = [resource, properties].flatMap((one) => (isObject(one) ? Object.keys(one) : [])).find(isExpanded)
  if (key !== undefined) return withDigest(unknown(`what ${key} makes of ${id}`), resource)
  return isObject(properties) ? properties : {}
}
