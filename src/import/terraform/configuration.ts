import { field, isObject, type JsonObject, listField, textField } from '#snapshot/fields.ts'
import { endOfKey } from './references.ts'

/** The `configuration` of a plan: expressions as written. Undefined where the file has none, as in a state. */
export interface Configuration {
  readonly isGiven: boolean
  readonly root: unknown
  readonly providers: JsonObject
  /** The resources of each module that was asked for, by `resourceKey`. */
  readonly entries: Map<string, ReadonlyMap<string, unknown>>
}

export function readConfiguration(value: unknown): Configuration {
  const providers = field(value, 'provider_config')
  return {
    isGiven: isObject(value),
    root: field(value, 'root_module'),
    providers: isObject(providers) ? providers : {},
    entries: new Map(),
  }
}

/** The names of a module address: `module.a["x"].module.b` → `a`, `b`. Keys may hold dots and brackets of their own. */
export function moduleNames(address: string): readonly string[] {
  const names: string[] = []
  let at = 0
  while (address.startsWith('module.', at)) {
    let end = at + 'module.'.length
    while (end < address.length && address[end] !== '.' && address[end] !== '[') end++
    names.push(address.slice(at + 'module.'.length, end))
    at = endOfKey(address, end) + 1
  }
  return names
}

/** The configuration of the module that a module address names. */
export function moduleConfiguration(configuration: Configuration, module: string): unknown {
  let found = configuration.root
  for (const name of moduleNames(module)) found = field(ownField(field(found, 'module_calls'), name), 'module')
  return found
}

/** A field by its exact name: Terraform's names are as they are written. */
export const ownField = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

export interface Configured {
  readonly module: string
  readonly type: string
  readonly name: string
  readonly isData: boolean
}

/** Key of a resource block within its module. */
export const resourceKey = (type: string, name: string, isData: boolean): string =>
  `${isData ? 'data.' : ''}${type}.${name}`

/** The block of a resource in the configuration. */
export function entryOf(configuration: Configuration, { module, type, name, isData }: Configured): unknown {
  const { entries } = configuration
  const known = entries.get(module) ?? entriesIn(moduleConfiguration(configuration, module))
  entries.set(module, known)
  return known.get(resourceKey(type, name, isData))
}

function entriesIn(module: unknown): ReadonlyMap<string, unknown> {
  const found = new Map<string, unknown>()
  for (const entry of listField(module, 'resources') ?? []) {
    const isData = textField(entry, 'mode') === 'data'
    found.set(resourceKey(textField(entry, 'type') ?? '', textField(entry, 'name') ?? '', isData), entry)
  }
  return found
}

/** The expression of an attribute; undefined where the configuration does not set it or is not given. */
export const expressionOf = (configuration: Configuration, resource: Configured, attribute: string): unknown =>
  ownField(field(entryOf(configuration, resource), 'expressions'), attribute)

/** Expression that the call of a module gives for a variable of it. */
export function expressionOfCall(configuration: Configuration, module: string, variable: string): unknown {
  const names = moduleNames(module)
  const above = names.slice(0, -1).map((name) => `module.${name}`)
  const calls = field(moduleConfiguration(configuration, above.join('.')), 'module_calls')
  return ownField(field(ownField(calls, names.at(-1) ?? ''), 'expressions'), variable)
}

/** The expression of an output of a module. */
export const expressionOfOutput = (configuration: Configuration, module: string, output: string): unknown =>
  field(ownField(field(moduleConfiguration(configuration, module), 'outputs'), output), 'expression')

/** Whether the configuration surely leaves an attribute to the provider. */
export const isLeftOut = (configuration: Configuration, resource: Configured, attribute: string): boolean => {
  const entry = entryOf(configuration, resource)
  return entry !== undefined && ownField(field(entry, 'expressions'), attribute) === undefined
}

export const providerKeyOf = (configuration: Configuration, resource: Configured): string | undefined =>
  textField(entryOf(configuration, resource), 'provider_config_key')

/** Every reference in an expression or in the blocks of one, as the file lists them. */
export function referencesIn(expression: unknown): readonly string[] {
  const found: string[] = []
  const open: unknown[] = [expression]
  while (open.length > 0) {
    const next = open.pop()
    if (Array.isArray(next)) open.push(...next)
    else if (isObject(next)) {
      const references = listField(next, 'references')
      if (references === undefined) open.push(...Object.values(next))
      else for (const one of references) if (typeof one === 'string') found.push(one)
    }
  }
  return found
}
