import { ATTRIBUTE_NAMES } from './attributes.ts'
import { isObject, type JsonObject, keyOf } from './fields.ts'
import { nearestOf } from '#iam/nearest-name.ts'

/** A field of an input that docs/json.md does not know, reported as lint `unknown-field`. */
export interface UnknownField {
  readonly pointer: string
  readonly name: string
  /** The known field it may have been meant for. */
  readonly nearest: string | null
}

/** The fields of an object; a shape below, or `'open'` where names are the user's (tags, context, policy documents). */
interface Shape {
  readonly fields: ReadonlyMap<string, Shape | 'open'>
  /** AWS prints these names; their first letter may have either case. */
  readonly awsNames?: boolean
}

const shape = (fields: Readonly<Record<string, Shape | 'open'>>): Shape => ({ fields: new Map(Object.entries(fields)) })
const open = (...names: readonly string[]): Readonly<Record<string, 'open'>> =>
  Object.fromEntries(names.map((name) => [name, 'open' as const]))

const POLICY = shape(open('name', 'arn', 'document', 'file', 'lines', 'otherVersions', 'group'))
const RESOURCE_POLICY = shape(open('name', 'arn', 'document', 'file', 'lines', 'kind'))
const LEVEL = shape({ ...open('target', 'name'), policies: POLICY })
const PUBLIC_ACCESS: Shape = {
  ...shape(open('BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets')),
  awsNames: true,
}
const ATTRIBUTES = shape({
  ...open(...ATTRIBUTE_NAMES),
  blockPublicAccess: PUBLIC_ACCESS,
  accountBlockPublicAccess: PUBLIC_ACCESS,
})
const RESOURCE = shape({ ...open('arn', 'account', 'kind', 'policy', 'file', 'lines'), attributes: ATTRIBUTES })
const REQUEST = shape({
  ...open(
    'principal',
    'principalTags',
    'action',
    'actionExists',
    'resource',
    'resourcePatterns',
    'resourceAccount',
    'context',
    'contextComplete',
  ),
  principalDetails: shape(open('type', 'roleArn', 'federatedBy', 'userId', 'permissionSet')),
})
const SCENARIO = shape({
  ...open('schemaVersion'),
  request: REQUEST,
  policies: shape({
    ...open('complete'),
    serviceControlPolicies: LEVEL,
    resourceControlPolicies: LEVEL,
    vpcEndpointPolicy: RESOURCE_POLICY,
    resourcePolicy: RESOURCE_POLICY,
    identityPolicies: POLICY,
    permissionsBoundary: POLICY,
    sessionPolicies: POLICY,
    serviceGuards: ATTRIBUTES,
  }),
  resources: RESOURCE,
  organization: shape(
    open('id', 'managementAccount', 'principalPath', 'resourcePath', 'principalOutside', 'resourceOutside'),
  ),
})

/** Every field of a scenario that is in none of its shapes (docs/json.md, "Scenario"), in document order. */
export function unknownFields(scenario: unknown): readonly UnknownField[] {
  const found: UnknownField[] = []
  collect(scenario, SCENARIO, '', found)
  return found
}

/** The depth is that of the shapes, not of the input. A list has the shape of its items. */
function collect(value: unknown, known: Shape, pointer: string, found: UnknownField[]): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      if (isObject(item)) collectObject(item, known, `${pointer}/${index}`, found)
  } else if (isObject(value)) collectObject(value, known, pointer, found)
}

function collectObject(value: JsonObject, known: Shape, pointer: string, found: UnknownField[]): void {
  for (const [name, inner] of Object.entries(value)) {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const next = known.fields.get(name)
    if (next !== undefined) {
      if (next !== 'open') collect(inner, next, at, found)
    } else if (known.awsNames !== true || !isOtherCase(name, known)) {
      found.push({ pointer: at, name, nearest: nearestOf(name, [...known.fields.keys()]) })
    }
  }
}

const isOtherCase = (name: string, known: Shape): boolean =>
  [...known.fields.keys()].some((field) => keyOf({ [name]: true }, field) === name)
