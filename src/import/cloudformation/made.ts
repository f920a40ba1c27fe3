import { accountIn, addResource, givePolicy, mayHavePolicy, type ResourceDraft } from '../draft.ts'
import { type Stack, tell } from './principals.ts'
import { resourceDigests, resourceDigest } from './expression-digest.ts'
import { sealed, sealedAs } from '../seal.ts'
import { own, type TemplateResource } from './template.ts'

type Named = Omit<ResourceDraft, 'attributes' | 'policy'>

/**
 * Adds what a resource of the template makes. Of two with one ARN one is made, and nobody knows which: nothing that either
 * says of itself is known then.
 */
export function addMade(
  { draft, template, makers, twins }: Stack,
  { id }: TemplateResource,
  resource: Named,
  attributes: Iterable<readonly [string, unknown]> = [],
): ResourceDraft {
  const made = addResource(draft, resource, attributes)
  const first = makers.get(made) ?? id
  makers.set(made, first)
  if (first === id) return made
  twins.add(made)
  mayHavePolicy(made, sealed(`which of ${first} and ${id} is made`, resourceDigests(template, [first, id])))
  return made
}

/** The policy that a resource itself says, or the one that AWS gives it. */
export function giveOwnPolicy(made: ResourceDraft, policy: unknown, byDefault: unknown = null): void {
  if (made.openBy !== undefined) made.isGiven = false
  else if (policy !== undefined) givePolicy(made, policy)
  made.policy = policy ?? byDefault
}

/** Clears the attributes of resources that two of the template make and of which one will be, when all of it is read. */
export function forgetTwins({ twins }: Stack): void {
  for (const made of twins) made.attributes.clear()
}

/** A policy of which nothing says what it is of may be that of any of the kind; `target` is what it says, as written. */
export function mayBeOfAny(
  stack: Stack,
  resource: TemplateResource,
  target: unknown,
  { kind, service }: Pick<ResourceDraft, 'kind' | 'service'>,
): void {
  if (isNameless(stack, target)) return tell(stack, resource, `the name of its ${kind} is not known before the deploy`)
  tell(stack, resource, `nothing says which ${kind} it belongs to, so it may be any`)
  for (const made of accountIn(stack.draft, stack.account).resources.values())
    if (made.kind === kind && made.service === service)
      mayHavePolicy(made, sealedAs(`whether ${resource.id} is its policy`, resourceDigest(stack.template, resource)))
}

/** Whether a value, as written, is that of one resource of this template: if it has no name yet, no request can be about it. */
export function isNameless({ template }: Stack, target: unknown): boolean {
  const sub = own(target, 'Fn::Sub')
  const inText = typeof sub === 'string' && sub.startsWith('${') && sub.indexOf('}') === sub.length - 1
  const id = own(target, 'Ref') ?? own(target, 'Fn::GetAtt') ?? (inText ? sub.slice(2, -1) : undefined)
  const name: unknown = Array.isArray(id) ? id[0] : id
  const type = typeof name === 'string' ? template.resources.get(name.split('.', 1)[0] ?? '')?.type : undefined
  return type?.startsWith('AWS::') === true && !ANYTHING.some((start) => type.startsWith(start))
}

/** What these give may be the name of anything. */
const ANYTHING = ['AWS::CloudFormation::', 'AWS::Serverless::']
