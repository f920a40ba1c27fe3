import { POLICY_LAYERS } from '#iam/layers.ts'

/** The part of JSON Schema that describes a file of access tests, and that `validate.ts` carries out. */
export interface Schema {
  readonly $ref?: string
  readonly type?: SchemaType | readonly SchemaType[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly string[]
  readonly minItems?: number
  readonly minLength?: number
  readonly pattern?: string
}

export type SchemaType = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null'

const text = (description: string): Schema => ({ type: 'string', minLength: 1, description })
const oneOrMore = (description: string): Schema => ({
  type: ['string', 'array'],
  minLength: 1,
  minItems: 1,
  items: { type: 'string', minLength: 1 },
  description,
})
const flag = (description: string): Schema => ({ type: 'boolean', description })
const object = (properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...(required.length === 0 ? {} : { required }),
})

const PLANNED = (description: string): Schema => ({
  ...object(
    {
      file: text('path of the file, from the folder of this one'),
      account: text('twelve digits: the account of what names none'),
      region: text('Region of what names none, such as eu-west-1'),
      noOrganization: flag('the accounts are in no organization, so that neither SCPs nor RCPs apply'),
      plainReferences: flag('Terraform: an expression that refers to one attribute is that and nothing around it'),
      parameters: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'values of parameters, names of resources by logical id, attributes by Terraform address',
      },
    },
    ['file'],
  ),
  type: ['string', 'object'],
  minLength: 1,
  description,
})

const LAYER: Schema = { type: 'string', enum: POLICY_LAYERS }

const CONTEXTS: Schema = {
  type: ['string', 'object', 'array'],
  minLength: 1,
  minItems: 1,
  additionalProperties: { $ref: '#/$defs/contextValue' },
  items: {
    type: ['string', 'object'],
    minLength: 1,
    additionalProperties: { $ref: '#/$defs/contextValue' },
  },
  description: 'context keys, the name of a set under `contexts`, or a list of either: each is tried',
}

const CONTEXT_COMPLETE = flag('keys that neither stand here nor follow from the rest are absent, not unknown')

const ENTRY = object(
  {
    action: oneOrMore('an IAM action such as s3:PutObject, or a list: each is tried'),
    resource: oneOrMore('an ARN, or a list: each is tried'),
    resourceAccount: text('twelve digits: the account that owns the resource, where nothing else says so'),
    context: CONTEXTS,
    contextComplete: CONTEXT_COMPLETE,
    by: {
      ...LAYER,
      type: ['string', 'array'],
      minItems: 1,
      items: LAYER,
      description: 'the layer that must decide; a list: each of them',
    },
    statement: text('the statement that must decide: its Sid, its policy, `policy/Sid`, or `policy/2` counted from 1'),
  },
  ['action', 'resource'],
)

const TEST = object(
  {
    name: text('a sentence that says what must hold'),
    principal: oneOrMore('an ARN, a service such as s3.amazonaws.com, or a list: each is tried'),
    session: {
      ...object({
        name: text('the name of the session'),
        tags: { type: 'object', additionalProperties: { type: 'string' }, description: 'session tags; {}: none' },
        policies: {
          type: 'array',
          items: { type: ['string', 'object'], minLength: 1 },
          description: 'session policies: documents, paths of files, or ARNs; left out: none',
        },
      }),
      description: 'the session a role stands for',
    },
    context: CONTEXTS,
    contextComplete: CONTEXT_COMPLETE,
    chain: flag('what the call needs next, such as KMS behind S3, must be allowed too'),
    allow: { type: 'array', items: { $ref: '#/$defs/entry' }, description: 'what must be allowed' },
    deny: { type: 'array', items: { $ref: '#/$defs/entry' }, description: 'what must be denied' },
    from: {
      ...object({
        requestId: text('request id of the denial'),
        time: text('when it was denied'),
        eventId: text('id of the CloudTrail event'),
      }),
      description: 'the denial this test was written from',
    },
  },
  ['name', 'principal'],
)

/** Schema of a whole file of access tests; docs/access-tests.schema.json is this, and a test holds the two together. */
export const ACCESS_TEST_SCHEMA: Schema & { readonly $defs: Readonly<Record<string, Schema>> } & Readonly<
    Record<string, unknown>
  > = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'denytrace access tests',
  ...object(
    {
      $schema: text('this schema, for editors'),
      snapshot: text('snapshot directory that the tests are held against, from the folder of this file'),
      scenario: text('scenario file that they are held against'),
      terraform: PLANNED('Terraform plan or state as JSON; a snapshot beside it gives organization and other accounts'),
      cloudformation: PLANNED('CloudFormation template; a snapshot beside it gives organization and other accounts'),
      contexts: {
        type: 'object',
        additionalProperties: {
          type: 'object',
          additionalProperties: { $ref: '#/$defs/contextValue' },
        },
        description: 'sets of context keys by name, for `context` of tests and entries',
      },
      tests: { type: 'array', items: { $ref: '#/$defs/test' }, description: 'the tests' },
    },
    ['tests'],
  ),
  description: 'Who must be allowed what, and who must not: see docs/access-tests.md',
  $defs: {
    test: TEST,
    entry: ENTRY,
    contextValue: {
      type: ['string', 'number', 'boolean', 'null', 'array', 'object'],
      items: { type: ['string', 'number', 'boolean'] },
      properties: { state: { type: 'string', enum: ['unknown', 'present'] } },
      additionalProperties: false,
      required: ['state'],
      description: 'a value, a list of values, null for absent, or { "state": "unknown" }',
    },
  },
}
