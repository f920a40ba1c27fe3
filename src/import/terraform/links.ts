import { field } from '#snapshot/fields.ts'
import { expressionOf, moduleConfiguration, ownField, referencesIn } from './configuration.ts'
import { instanceKey, type TerraformFile, type TerraformResource } from './plan.ts'

/**
 * The resources that an attribute refers to, by the references in the configuration: those of the same module, through the
 * variables of a module call and the outputs of a module. Undefined where a reference leads nowhere that the plan shows
 * (a local value), so that anything may be meant.
 */
export function linked(
  file: TerraformFile,
  resource: TerraformResource,
  attribute: string,
): readonly TerraformResource[] | undefined {
  const expression = expressionOf(file.configuration, resource, attribute)
  if (expression === undefined) return undefined
  const found = follow(file, resource.module, referencesIn(expression), 0)
  if (found === undefined) return undefined
  // `aws_iam_role.app[each.key]` is the instance with the same key; without an index all are meant.
  const byKey = referencesIn(expression).some((one) => one.startsWith('each.') || one.startsWith('count.'))
  const same = found.filter((one) => one.index !== undefined && one.index === resource.index)
  return byKey && same.length > 0 ? same : found
}

/** Modules nest, and a hostile file may refer in circles. */
const MAX_STEPS = 16

function follow(
  file: TerraformFile,
  module: string,
  references: readonly string[],
  depth: number,
): readonly TerraformResource[] | undefined {
  if (depth > MAX_STEPS) return undefined
  const found = new Map<string, TerraformResource>()
  let isComplete = true
  // `a.b.c` comes with `a.b`: only the longest counts.
  const longest = references.filter((one) => !references.some((other) => other.startsWith(`${one}.`)))
  for (const reference of longest) {
    if (isNeutral(reference)) continue
    const targets = target(file, module, reference, depth)
    if (targets === undefined) isComplete = false
    else for (const one of targets) found.set(one.address, one)
  }
  return isComplete && found.size > 0 ? [...found.values()] : undefined
}

/** References that choose among resources or say nothing of them. */
const isNeutral = (reference: string): boolean =>
  ['each.', 'count.', 'path.', 'terraform.', 'self.'].some((start) => reference.startsWith(start))

function target(
  file: TerraformFile,
  module: string,
  reference: string,
  depth: number,
): readonly TerraformResource[] | undefined {
  const [first = '', second = '', third = ''] = stepsOf(reference)
  if (first === 'var') return throughCall(file, module, second, depth)
  if (first === 'module') return throughOutput(file, module, second, third, depth)
  const isData = first === 'data'
  const [type, name] = isData ? [second, third] : [first, second]
  const instances = file.instances.get(instanceKey(module, type, name, isData))
  if (instances === undefined) return undefined
  const key = keyOf(reference)
  const chosen = key === undefined ? instances : instances.filter((one) => String(one.index) === key)
  return chosen.length === 0 ? instances : chosen
}

/** The steps of a reference without keys: `aws_iam_role.app["x"].arn` → `aws_iam_role`, `app`, `arn`. */
const stepsOf = (reference: string): readonly string[] => reference.replaceAll(/\[[^\]]{0,200}\]/g, '').split('.')

function keyOf(reference: string): string | undefined {
  const open = reference.indexOf('[')
  const close = reference.indexOf(']', open)
  return open < 0 || close < 0 ? undefined : reference.slice(open + 1, close).replaceAll('"', '')
}

/** A variable of a child module is what the call gives it, in the module above. */
function throughCall(
  file: TerraformFile,
  module: string,
  name: string,
  depth: number,
): readonly TerraformResource[] | undefined {
  if (module === '') return undefined
  const [above, call] = splitLast(module)
  const calls = field(moduleConfiguration(file.configuration, above), 'module_calls')
  const expression = ownField(field(ownField(calls, call), 'expressions'), name)
  return expression === undefined ? undefined : follow(file, above, referencesIn(expression), depth + 1)
}

function throughOutput(
  file: TerraformFile,
  module: string,
  call: string,
  output: string,
  depth: number,
): readonly TerraformResource[] | undefined {
  const calls = field(moduleConfiguration(file.configuration, module), 'module_calls')
  const inner = field(ownField(calls, call), 'module')
  const expression = field(ownField(field(inner, 'outputs'), output), 'expression')
  if (expression === undefined) return undefined
  const prefix = module === '' ? `module.${call}` : `${module}.module.${call}`
  const modules = new Set(
    file.resources.map((one) => one.module).filter((one) => one === prefix || one.startsWith(`${prefix}[`)),
  )
  const found = [...modules]
    .filter((one) => splitLast(one)[0] === module)
    .map((one) => follow(file, one, referencesIn(expression), depth + 1))
  const all = found.flatMap((one) => one ?? [])
  return found.length === 0 || found.includes(undefined) ? undefined : all
}

/** `module.a["x"].module.b[0]` → `module.a["x"]` and `b`. */
function splitLast(module: string): readonly [above: string, name: string] {
  let quoted = false
  let last = 0
  for (let i = 0; i < module.length; i++) {
    if (module[i] === '"' && module[i - 1] !== '\\') quoted = !quoted
    if (!quoted && module.startsWith('module.', i) && (i === 0 || module[i - 1] === '.')) last = i
  }
  const name = module.slice(last + 'module.'.length)
  const key = name.indexOf('[')
  return [module.slice(0, Math.max(0, last - 1)), key < 0 ? name : name.slice(0, key)]
}
