import { field, isObject, type JsonObject, listField, textField } from '#snapshot/fields.ts'
import { unknown } from '../unknown.ts'
import { type Configuration, readConfiguration, resourceKey } from './configuration.ts'

/**
 * Instance of a resource or data source. What is known only after apply stands in `values` as an `Unknown`.
 * https://developer.hashicorp.com/terraform/internals/json-format
 */
export interface TerraformResource {
  /** `module.app["eu"].aws_iam_role.deploy[0]`. */
  readonly address: string
  /** `module.app["eu"]`; '' at the root. */
  readonly module: string
  readonly isData: boolean
  readonly type: string
  readonly name: string
  /** Of `count` or `for_each`. */
  readonly index: string | number | undefined
  /** `created` by the plan, so that all of it stands in the plan; `existing` before it. */
  readonly lifecycle: 'created' | 'existing'
  readonly values: JsonObject
  /** `planned_values` leaves out what is known after apply, so that an attribute that is not there is not known. */
  readonly omitsUnknown: boolean
  readonly provider: string
}

export interface TerraformFile {
  readonly kind: 'plan' | 'state'
  readonly resources: readonly TerraformResource[]
  /** What a plan takes away or changes, as it is before. */
  readonly before: readonly TerraformResource[]
  /** The instances of each resource block, by module and `resourceKey`. */
  readonly instances: ReadonlyMap<string, readonly TerraformResource[]>
  readonly configuration: Configuration
  /** The variables of the root module. */
  readonly variables: JsonObject
  /** Whether the plan says itself that it leaves out some of what the configuration holds. */
  readonly isPartial: boolean
  /** What the file says of each reference that was looked at, as a digest (expression-digest.ts). */
  readonly said: Map<string, string>
  /** When the plan was made. */
  readonly timestamp: string | undefined
}

/** Reads the output of `terraform show -json`; a text says why it is none. */
export function readTerraform(value: unknown): TerraformFile | string {
  if (!isObject(value)) return 'it is not a JSON object'
  const changes = [...(listField(value, 'resource_changes') ?? []), ...deferred(value)]
  const planned = field(value, 'planned_values')
  const state = field(value, 'values')
  if (changes.length === 0 && planned === undefined && state === undefined) return notTerraform(value)
  const isPlan = state === undefined
  const found = new Map<string, TerraformResource>()
  const add = (resource: TerraformResource | undefined): void => {
    if (resource !== undefined && !found.has(resource.address)) found.set(resource.address, resource)
  }
  const past: TerraformResource[] = []
  for (const change of changes) {
    add(ofChange(change))
    past.push(...beforeOf(change))
  }
  const prior = modulesOf(field(field(value, 'prior_state'), 'values'))
  const known = new Set(prior.map(({ resource }) => textField(resource, 'address')))
  for (const one of modulesOf(isPlan ? planned : state)) {
    const isNew = isPlan && !known.has(textField(one.resource, 'address'))
    add(resourceOf(one.resource, one.module, isNew ? 'created' : 'existing', field(one.resource, 'values'), isPlan))
  }
  // Data sources that were read before the plan.
  for (const { resource, module } of prior)
    if (textField(resource, 'mode') === 'data') add(resourceOf(resource, module, 'existing', field(resource, 'values')))
  const variables = field(value, 'variables')
  const instances = instancesOf(found.values())
  return {
    kind: isPlan ? 'plan' : 'state',
    resources: [...found.values()],
    before: past,
    instances,
    configuration: readConfiguration(field(value, 'configuration')),
    variables: isObject(variables) ? variables : {},
    isPartial:
      field(value, 'errored') === true ||
      field(value, 'complete') === false ||
      (field(value, 'complete') === undefined && leavesOut(value, instances)),
    said: new Map(),
    timestamp: textField(value, 'timestamp'),
  }
}

export const instanceKey = (module: string, type: string, name: string, isData: boolean): string =>
  `${module}\n${resourceKey(type, name, isData)}`

function instancesOf(resources: Iterable<TerraformResource>): ReadonlyMap<string, readonly TerraformResource[]> {
  const found = new Map<string, TerraformResource[]>()
  for (const one of resources) {
    const key = instanceKey(one.module, one.type, one.name, one.isData)
    const known = found.get(key)
    if (known === undefined) found.set(key, [one])
    else known.push(one)
  }
  return found
}

/**
 * Whether a block of the configuration surely has one instance and the plan has none: so it is with `-target`, which plans of
 * Terraform before 1.8 do not say. With `count` or `for_each`, there or at a module around it, there may be none.
 */
function leavesOut(value: JsonObject, instances: TerraformFile['instances']): boolean {
  const open = [{ at: '', module: field(field(value, 'configuration'), 'root_module') }]
  for (const { at, module } of open) {
    for (const entry of listField(module, 'resources') ?? []) {
      const key = instanceKey(at, textField(entry, 'type') ?? '', textField(entry, 'name') ?? '', false)
      if (textField(entry, 'mode') === 'managed' && isOne(entry) && !instances.has(key)) return true
    }
    const calls = field(module, 'module_calls')
    for (const [name, call] of Object.entries(isObject(calls) ? calls : {}))
      if (isOne(call)) open.push({ at: `${at === '' ? '' : `${at}.`}module.${name}`, module: field(call, 'module') })
  }
  return false
}

const isOne = (block: unknown): boolean =>
  field(block, 'count_expression') === undefined && field(block, 'for_each_expression') === undefined

function notTerraform(value: JsonObject): string {
  if (field(value, 'serial') !== undefined && field(value, 'lineage') !== undefined)
    return 'it is a state file as Terraform keeps it; `terraform show -json` prints what can be read'
  return 'it has neither `resource_changes` nor `planned_values` nor `values`'
}

/** What a plan puts off is as open as the rest of it says. */
const deferred = (value: unknown): readonly unknown[] =>
  (listField(value, 'deferred_changes') ?? []).map((change) => field(change, 'resource_change'))

function ofChange(change: unknown): TerraformResource | undefined {
  const actions = listField(field(change, 'change'), 'actions') ?? []
  const inner = field(change, 'change')
  const after = field(inner, 'after')
  // A resource that Terraform forgets stays in AWS as it is.
  const kept = actions.includes('forget') ? field(inner, 'before') : after
  if (actions.includes('delete') && !actions.includes('create')) return undefined
  const address = textField(change, 'address') ?? ''
  const values = merged(kept, field(inner, 'after_unknown'), address)
  const lifecycle = actions.includes('create') ? 'created' : 'existing'
  return resourceOf(change, textField(change, 'module_address') ?? '', lifecycle, values)
}

function beforeOf(change: unknown): readonly TerraformResource[] {
  const inner = field(change, 'change')
  const actions = listField(inner, 'actions') ?? []
  if (!actions.includes('delete') && !actions.includes('update')) return []
  const before = resourceOf(change, textField(change, 'module_address') ?? '', 'existing', field(inner, 'before'))
  return before === undefined ? [] : [before]
}

function resourceOf(
  entry: unknown,
  module: string,
  lifecycle: TerraformResource['lifecycle'],
  values: unknown,
  omitsUnknown = false,
): TerraformResource | undefined {
  const address = textField(entry, 'address')
  const type = textField(entry, 'type')
  if (address === undefined || type === undefined || !isObject(values)) return undefined
  const index = field(entry, 'index')
  return {
    address,
    module,
    isData: textField(entry, 'mode') === 'data',
    type,
    name: textField(entry, 'name') ?? '',
    index: typeof index === 'string' || typeof index === 'number' ? index : undefined,
    lifecycle,
    values,
    omitsUnknown,
    provider: textField(entry, 'provider_name') ?? '',
  }
}

interface Found {
  readonly resource: unknown
  readonly module: string
}

/** The resources of a module and all below it; a worklist, for a file may claim any depth. */
function modulesOf(values: unknown): readonly Found[] {
  const found: Found[] = []
  const open: unknown[] = [field(values, 'root_module')]
  for (let at = 0; at < open.length; at++) {
    const module = textField(open[at], 'address') ?? ''
    for (const resource of listField(open[at], 'resources') ?? []) found.push({ resource, module })
    open.push(...(listField(open[at], 'child_modules') ?? []))
  }
  return found
}

/**
 * `after` with what `after_unknown` marks put in. Terraform leaves unknown attributes out of an object and writes `null` for
 * an unknown element of a list.
 */
function merged(after: unknown, open: unknown, path: string, depth = 0): unknown {
  if (open === true) return unknown(path)
  if (depth > MAX_DEPTH) return after
  if (Array.isArray(open)) {
    const values: readonly unknown[] = Array.isArray(after) ? after : []
    const length = Math.max(values.length, open.length)
    return Array.from({ length }, (_, i) => merged(values[i], open[i], `${path}[${i}]`, depth + 1))
  }
  if (!isObject(open)) return after
  const known = isObject(after) ? Object.entries(after) : []
  const names = new Set([...known.map(([name]) => name), ...Object.keys(open)])
  const values = new Map(known)
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      merged(values.get(name), Object.hasOwn(open, name) ? open[name] : undefined, `${path}.${name}`, depth + 1),
    ]),
  )
}

/** Blocks of the AWS provider nest less than ten deep. */
const MAX_DEPTH = 64
