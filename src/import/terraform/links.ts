import { field } from '#snapshot/fields.ts'
import { expressionOf, moduleConfiguration, ownField, referencesIn } from './configuration.ts'
import { leavesOf, type Step, stepsOf } from './references.ts'
import { instanceKey, type TerraformFile, type TerraformResource } from './plan.ts'

/** A resource that an expression refers to, and the attribute of it; undefined where an index is worked out in between. */
export interface Link {
  readonly resource: TerraformResource
  readonly attribute: string | undefined
}

/** The resources that an attribute refers to, each once. */
export function linked(
  file: TerraformFile,
  resource: TerraformResource,
  attribute: string,
): readonly TerraformResource[] | undefined {
  const links = linksOf(file, resource, attribute)
  return links === undefined ? undefined : [...new Set(links.map((link) => link.resource))]
}

/**
 * Resources that an attribute refers to, by the references in the configuration: resources of the same module, through the
 * variables of a module call and the outputs of a module. Undefined where a reference leads nowhere that the plan shows
 * (a local value), so that anything may be meant.
 */
export function linksOf(
  file: TerraformFile,
  resource: TerraformResource,
  attribute: string,
): readonly Link[] | undefined {
  const expression = expressionOf(file.configuration, resource, attribute)
  return expression === undefined ? undefined : follow(file, resource, referencesIn(expression), 0)
}

/** The module in which an expression stands, and the key of the instance that it is for. */
interface Where {
  readonly module: string
  readonly index: string | number | undefined
}

/** Modules nest, and a hostile file may refer in circles. */
const MAX_STEPS = 16

function follow(
  file: TerraformFile,
  where: Where,
  references: readonly string[],
  depth: number,
): readonly Link[] | undefined {
  if (depth > MAX_STEPS) return undefined
  const leaves = leavesOf(references)
  const choosers = leaves.filter(isChooser)
  const named = leaves.filter((leaf) => !isChooser(leaf)).map(stepsOf)
  // Where the key is worked out, the reference ends before it. Beside references that do not, it is part of a text.
  if (choosers.length > 0 && named.every(hasAttribute)) return undefined
  // `each.value` may name any of them; `each.key` means the instance of the same key.
  const index = choosers.every((chooser) => chooser === 'each.key' || chooser === 'count.index')
    ? where.index
    : undefined
  const found = new Map<string, Link>()
  for (const steps of named) {
    const links = target(file, { ...where, index: choosers.length === 0 ? undefined : index }, steps, depth)
    if (links === undefined) return undefined
    for (const one of links) found.set(`${one.resource.address}\n${one.attribute}`, one)
  }
  return found.size > 0 ? [...found.values()] : undefined
}

const isChooser = (reference: string): boolean => reference.startsWith('each.') || reference.startsWith('count.')

/** Whether a reference goes on to an attribute of one resource: `aws_iam_role.app.name`, `data.aws_iam_policy.x.arn`. */
const hasAttribute = ([first, ...rest]: readonly Step[]): boolean =>
  first !== undefined && !['var', 'module'].includes(first.name) && rest.length > (first.name === 'data' ? 2 : 1)

function target(file: TerraformFile, where: Where, steps: readonly Step[], depth: number): readonly Link[] | undefined {
  const [first = NO_STEP, second = NO_STEP, third = NO_STEP, fourth] = steps
  if (first.name === 'var') return throughCall(file, where.module, second.name, depth)
  if (first.name === 'module') return throughOutput(file, where.module, second, third.name, depth)
  const isData = first.name === 'data'
  const [type, of, attribute] = isData ? [second, third, fourth] : [first, second, steps[2]]
  const instances = file.instances.get(instanceKey(where.module, type.name, of.name, isData)) ?? []
  const same = instances.filter((instance) => instance.index !== undefined && instance.index === where.index)
  const chosen =
    of.key !== undefined
      ? instances.filter((instance) => String(instance.index) === of.key)
      : attribute === undefined && same.length > 0
        ? same
        : instances
  return chosen.length === 0 ? undefined : chosen.map((resource) => ({ resource, attribute: attribute?.name }))
}

const NO_STEP: Step = { name: '', key: undefined }

/** A variable of a child module is what the call gives it, in the module above. */
function throughCall(file: TerraformFile, module: string, name: string, depth: number): readonly Link[] | undefined {
  if (module === '') return undefined
  const { above, call, index } = callOf(module)
  const calls = field(moduleConfiguration(file.configuration, above), 'module_calls')
  const expression = ownField(field(ownField(calls, call), 'expressions'), name)
  if (expression === undefined) return undefined
  return follow(file, { module: above, index }, referencesIn(expression), depth + 1)
}

function throughOutput(
  file: TerraformFile,
  module: string,
  { name: call, key }: Step,
  output: string,
  depth: number,
): readonly Link[] | undefined {
  const calls = field(moduleConfiguration(file.configuration, module), 'module_calls')
  const inner = field(ownField(calls, call), 'module')
  const expression = field(ownField(field(inner, 'outputs'), output), 'expression')
  if (expression === undefined) return undefined
  const prefix = module === '' ? `module.${call}` : `${module}.module.${call}`
  const modules = new Set(
    file.resources.map((resource) => resource.module).filter((one) => one === prefix || one.startsWith(`${prefix}[`)),
  )
  const found = [...modules]
    .filter((one) => callOf(one).above === module && (key === undefined || String(callOf(one).index) === key))
    .map((module) => follow(file, { module, index: undefined }, referencesIn(expression), depth + 1))
  const all = found.flatMap((one) => one ?? [])
  return found.length === 0 || found.includes(undefined) ? undefined : all
}

/** `module.a["x"].module.b[0]` → `module.a["x"]`, `b` and 0. */
export function callOf(module: string): {
  readonly above: string
  readonly call: string
  readonly index: Where['index']
} {
  let quoted = false
  let last = 0
  for (let i = 0; i < module.length; i++) {
    if (module[i] === '"' && module[i - 1] !== '\\') quoted = !quoted
    if (!quoted && module.startsWith('module.', i) && (i === 0 || module[i - 1] === '.')) last = i
  }
  const [, step = NO_STEP] = stepsOf(module.slice(last))
  const index = module.endsWith('"]') || step.key === undefined ? step.key : Number(step.key)
  return { above: module.slice(0, Math.max(0, last - 1)), call: step.name, index }
}
