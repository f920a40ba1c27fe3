import type { Diagnosis } from '#diagnose/diagnosis.ts'
import { ACCOUNT, unmasked } from '#diagnose/evidence/placeholders.ts'
import { isUsualBesides } from '#diagnose/evidence/usual-resource.ts'
import { actionFacts, isWildcardOnlyAction } from '#iam/facts/actions.ts'
import { resourceTypeFacts } from '#iam/facts/resource-types.ts'
import { isTextMessage } from '#iam/phone-number.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'

type Denial = Diagnosis['denial']

/** Resources of a drafted statement. */
export interface DraftedResources {
  /** At least one. */
  readonly patterns: readonly [string, ...string[]]
  /** Words in capitals stand in them for what the message does not say: they are to be written over first. */
  readonly isOpen: boolean
}

/**
 * Resources of a drafted statement: the ARN that the message names, with words in capitals for what it masks (R-EVID-10); `*`
 * where the action has no resource types; else the ARNs that the service's reference gives for every type that the action is
 * evaluated on, with such words for what the message does not say. Undefined: nobody knows.
 */
export function draftedResources(denial: Denial, action: string): DraftedResources | undefined {
  const { resource } = denial
  if (resource !== null && parseArn(resource) !== undefined) return unmaskedResource(denial, resource)
  if (resource !== null && isTextMessage(action, resource)) return { patterns: [resource], isOpen: false }
  if (isWildcardOnlyAction(action) === true) return { patterns: ['*'], isOpen: false }
  const [service = '', name = ''] = action.split(':')
  const types = actionFacts(service, name)?.resourceTypes ?? []
  const named = typeOfId(denial)
  const required = types.filter(
    ({ name: type, required }) =>
      required ||
      isMadeBy(service, name, type) ||
      isUsualBesides(service, name, type) ||
      (service === 'ec2' && type === named),
  )
  if (required.length === 0 && types.length >= MANY) return anyOfTypes(denial, service, types)
  const used = required.length > 0 ? required : types
  const forms = used.flatMap(({ name: type }) => {
    const [pattern] = resourceTypeFacts(service, type)?.arnPatterns ?? []
    // What the message names is of one type.
    const isNamed = named === undefined ? required.length <= 1 : service === 'ec2' && type === named
    const ownName = isNamed ? nameOf(denial, service) : undefined
    return pattern === undefined
      ? []
      : [{ pattern, name: ownName ?? (isMadeBy(service, name, type) ? '*' : undefined) }]
  })
  // A bucket rather than an access point: what is asked in most calls is what takes the fewest words to name.
  const [first, ...more] = forms.toSorted((a, b) => wordsIn(a.pattern) - wordsIn(b.pattern))
  if (first === undefined) return undefined
  // Nothing else than what a call needs each time: it is evaluated on all of that (R-REQ-02).
  const others = required.length > 0 ? more : []
  const [own, ...rest] = [first, ...others].map((form) => filled(form.pattern, denial, form.name)) as [
    Filled,
    ...Filled[],
  ]
  // Requests by HTTP are about what lies in a domain.
  const within = service === 'es' && /^eshttp/i.test(name) ? '/*' : ''
  return {
    patterns: [`${own.pattern}${within}`, ...new Set(rest.map(({ pattern }) => pattern))],
    isOpen: [own, ...rest].some(({ isOpen }) => isOpen),
  }
}

/** From here on nobody knows of which type it was: `ec2:CreateTags` has a hundred. */
const MANY = 5

/** A resource of a type that is to be written in, in the place where most of the types are. */
function anyOfTypes(denial: Denial, service: string, types: readonly { readonly name: string }[]): DraftedResources {
  const places = types.flatMap(({ name }) => placeOf(resourceTypeFacts(service, name)?.arnPatterns[0]))
  const most = places.toSorted((a, b) => countOf(places, b) - countOf(places, a))[0]
  const { pattern } = filled(
    `${most ?? `arn:\${Partition}:${service}:\${Region}:\${Account}`}:\${Resource}`,
    denial,
    undefined,
  )
  return { patterns: [pattern], isOpen: true }
}

/** `arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}` → all before the type. */
const placeOf = (form: string | undefined): readonly string[] =>
  form === undefined ? [] : [form.split(':').slice(0, 5).join(':')]

const countOf = (all: readonly string[], place: string): number => all.filter((each) => each === place).length

/** Resource type of an id of EC2's, by its prefix. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html */
function typeOfId({ resource, resourceText }: Denial): string | undefined {
  const [, prefix = ''] = /^([a-z]{1,10})-[0-9a-f]{4,17}$/.exec(resource ?? resourceText ?? '') ?? []
  return ID_TYPES.get(prefix)
}

const ID_TYPES: ReadonlyMap<string, string> = new Map([
  ['acl', 'network-acl'],
  ['ami', 'image'],
  ['eipalloc', 'elastic-ip'],
  ['eni', 'network-interface'],
  ['i', 'instance'],
  ['igw', 'internet-gateway'],
  ['lt', 'launch-template'],
  ['nat', 'natgateway'],
  ['rtb', 'route-table'],
  ['sg', 'security-group'],
  ['snap', 'snapshot'],
  ['subnet', 'subnet'],
  ['vol', 'volume'],
  ['vpc', 'vpc'],
  ['vpce', 'vpc-endpoint'],
])

/** What EC2 makes at a launch. */
const MADE_AT_LAUNCH = new Set(['instance', 'network-interface', 'volume'])

/** Whether the call makes resources of the type, whose ids EC2 draws and nobody knows before. */
function isMadeBy(service: string, name: string, type: string): boolean {
  if (service !== 'ec2') return false
  return name === 'RunInstances' ? MADE_AT_LAUNCH.has(type) : name.toLowerCase() === `create${type.replaceAll('-', '')}`
}

const wordsIn = (pattern: string): number => pattern.split('${').length

/** A mask would be a pattern: `arn:aws:s3:::****` is every bucket. */
function unmaskedResource({ accountId }: Denial, resource: string): DraftedResources {
  const found = unmasked(resource, accountId ?? ACCOUNT)
  return { patterns: [found?.text ?? resource], isOpen: found !== undefined && found.placeholders.length > 0 }
}

interface Filled {
  readonly pattern: string
  readonly isOpen: boolean
}

/** A form of the reference with what the message says in the place of its words, and the name where it has one word for it. */
function filled(form: string, denial: Denial, ownName: string | undefined): Filled {
  const own = denial.resourceAccount ?? denial.accountId
  const values = new Map<string, string | undefined>([
    ['Partition', parseArn(denial.principal ?? '')?.partition ?? 'aws'],
    ['Region', denial.region ?? undefined],
    ['Account', own !== null && isAccountId(own) ? own : undefined],
  ])
  const words = [...form.matchAll(WORD)].map(([, word = '']) => word)
  const [name, ...names] = words.filter((word) => !values.has(word))
  if (name !== undefined && names.length === 0) values.set(name, ownName)
  return {
    pattern: form.replaceAll(WORD, (_, word: string) => values.get(word) ?? placeholder(word)),
    isOpen: words.some((word) => values.get(word) === undefined),
  }
}

const WORD = /\$\{(\w{1,60})\}/g

/** `role XPTO` → `XPTO`; a secret by its name lacks the six characters that AWS adds. */
function nameOf({ resource, resourceText }: Denial, service: string): string | undefined {
  const text = resource ?? resourceText
  if (text === undefined || text === null || /[\s/]/.test(text.replace(/^\w{1,20} /, ''))) {
    // Names of secrets and parameters have slashes, those of others only behind a type.
    if (service !== 'secretsmanager' || text === undefined || text === null || /\s/.test(text)) return undefined
  }
  const name = text.replace(/^\w{1,20} /, '')
  if (!/^[\w+=,.@/-]{1,200}$/.test(name)) return undefined
  return service === 'secretsmanager' ? `${name}-??????` : name
}

/** `KeyId` → `KEY_ID` */
const placeholder = (word: string): string =>
  word === 'Account' ? ACCOUNT : word.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase()
