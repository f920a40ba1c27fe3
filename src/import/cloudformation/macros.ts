import { isObject } from '#snapshot/fields.ts'
import {
  accountIn,
  type EntityDraft,
  mayAllHaveMore,
  mayHaveMore,
  mayHavePolicy,
  type ResourceDraft,
  unread,
} from '../draft.ts'
import { isUnknown } from '../unknown.ts'
import { sealed, sealedAs } from '../seal.ts'
import { ofType, type Stack } from './principals.ts'
import { resourceDigest } from './expression-digest.ts'
import { isExpanded, own, property, type TemplateResource, written } from './template.ts'

/** Macros of AWS that make resources of their own and change none that the template has, but by what is looked for below. */
const HARMLESS = ['AWS::Serverless-', 'AWS::LanguageExtensions', 'AWS::SecretsManager-', 'AWS::CodeDeployBlueGreen']

const WHY = 'what it makes is not here: import the processed template (get-template --template-stage Processed)'

/**
 * Marks as unread what macros, loops, modules and nested stacks make, which is not here. A macro of one's own, a loop, a
 * module and a connector may add policies to all that is; a nested stack may to what it is given, and a subscription of SAM's to its queue.
 */
export function readMacros(stack: Stack, value: unknown): void {
  const { draft, account } = stack
  const transform = own(value, 'Transform')
  const names: readonly unknown[] = transform === undefined ? [] : Array.isArray(transform) ? transform : [transform]
  for (const name of names) unread(draft, `Transform ${typeof name === 'string' ? name : 'macro'}`, WHY)
  const within = namesIn(own(value, 'Resources'))
  const around = isObject(value) ? Object.keys(value).filter(isExpanded) : []
  for (const id of [...within, ...around]) unread(draft, id, WHY)
  for (const { id, properties } of stack.template.resources.values())
    if (isUnknown(properties)) unread(draft, id, `${properties.what} is not here: import the processed template`)
  const isHarmless = (name: unknown): boolean =>
    typeof name === 'string' && HARMLESS.some((start) => name.startsWith(start))
  // A macro of one's own sees all of the template.
  const seen = names.every(isHarmless)
    ? [...within.map((id) => own(own(value, 'Resources'), id)), ...around.map((id) => own(value, id))]
    : value
  if (within.length + around.length > 0 || !names.every(isHarmless))
    mayAllHaveMore(accountIn(draft, account), sealed('what macros and loops of the template attach', seen))
  for (const resource of ofType(stack, 'AWS::CloudFormation::Stack')) readNested(stack, resource)
  for (const resource of ofType(stack, 'AWS::Serverless::Function')) readSubscriptions(stack, resource)
}

/** The ids in the place of which a macro puts resources, or whose resource makes others that bear on those of the template. */
function namesIn(resources: unknown): readonly string[] {
  if (!isObject(resources)) return []
  return Object.entries(resources)
    .filter(([id, one]) => {
      const type = own(one, 'Type')
      // https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-connector.html
      const connects = type === 'AWS::Serverless::Connector' || own(one, 'Connectors') !== undefined
      return (
        isExpanded(id) || id.startsWith('Fn::') || typeof type !== 'string' || type.endsWith('::MODULE') || connects
      )
    })
    .map(([id]) => id)
}

/** A nested stack may attach policies to what its parameters name. */
function readNested(stack: Stack, resource: TemplateResource): void {
  const { entities, resources } = accountIn(stack.draft, stack.account)
  const said = resourceDigest(stack.template, resource)
  const given = new Set(textsIn([property(stack.template, resource, 'Parameters'), written(resource, 'Parameters')]))
  const isGiven = (made: EntityDraft | ResourceDraft): boolean => {
    const { arn } = made
    const name = arn.slice(Math.max(arn.lastIndexOf(':'), arn.lastIndexOf('/')) + 1)
    return [arn, name, stack.makers.get(made) ?? arn].some((one) => given.has(one))
  }
  for (const entity of entities.values())
    if (isGiven(entity)) mayHaveMore(entity, sealedAs(`what the nested stack ${resource.id} attaches`, said))
  for (const made of resources.values())
    if (isGiven(made)) mayHavePolicy(made, sealedAs(`whether the nested stack ${resource.id} gives it a policy`, said))
}

/** Every text in a value: names and ARNs, and the ids that intrinsic functions refer to. */
function textsIn(value: unknown): readonly string[] {
  const found: string[] = []
  const open: unknown[] = [value]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next === 'string') found.push(next, next.split('.', 1)[0] ?? next, next.slice(next.lastIndexOf('/') + 1))
    else if (Array.isArray(next)) open.push(...next)
    else if (isObject(next)) open.push(...Object.values(next))
  }
  return found
}

/**
 * A topic that calls a function through a queue: SAM gives that queue a policy.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqssubscriptionobject.html
 */
function readSubscriptions(stack: Stack, resource: TemplateResource): void {
  const events = property(stack.template, resource, 'Events')
  const what = `whether the subscription of ${resource.id} gives it a policy`
  const queues = Object.values(isObject(events) ? events : {})
    .map((event) => own(own(own(event, 'Properties'), 'SqsSubscription'), 'QueueArn'))
    .filter((one) => one !== undefined)
  for (const made of accountIn(stack.draft, stack.account).resources.values())
    if (made.kind === 'queue' && queues.some((arn) => typeof arn !== 'string' || arn === made.arn))
      mayHavePolicy(made, sealedAs(what, resourceDigest(stack.template, resource)))
}
