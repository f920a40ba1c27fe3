import { z } from 'zod'
import { accountId, flag, is, list, map, oneOrMore, SHOWN, text } from './described.ts'
import { CONTEXT_VALUES, contextState, Layer } from './scenario.ts'

const planned = z.union([
  text,
  z.strictObject({
    file: is(text, 'Path of the file, from the folder of this one', 'plan.json'),
    account: is(accountId, 'Twelve digits: the account of what names none', SHOWN.account).optional(),
    region: is(text, 'Region of what names none', 'eu-west-1').optional(),
    noOrganization: is(
      flag,
      'The accounts are in no organization, so that neither SCPs nor RCPs apply',
      true,
    ).optional(),
    plainReferences: is(
      flag,
      'Terraform: an expression that refers to one attribute is that and nothing around it',
      true,
    ).optional(),
    parameters: is(
      map(z.string()),
      'Values of parameters, names of resources by logical id, attributes by Terraform address',
      { Stage: 'prod' },
    ).optional(),
  }),
])

/** Value of a condition key: as of a scenario, and nothing beside `state`. */
const ContextValue = is(
  z.union([...CONTEXT_VALUES, z.strictObject(contextState)]),
  'A value, a list of values, null for absent, or {"state": "unknown"}',
  'vpce-1',
).meta({ id: 'contextValue' })

const contextKeys = map(ContextValue)
const contextSet = z.union([text, contextKeys])
const contexts = is(
  z.union([text, contextKeys, z.array(contextSet).min(1)]),
  'Context keys, the name of a set under `contexts`, or a list of either: each is tried',
  { 'aws:SecureTransport': true },
).optional()

const contextComplete = is(
  flag,
  'A key that is neither listed here nor derived from the rest is absent, not unknown',
  true,
).optional()

const Entry = is(
  z.strictObject({
    action: is(oneOrMore, 'An IAM action, or a list: each is tried', SHOWN.action),
    resource: is(oneOrMore, 'An ARN, or a list: each is tried', SHOWN.resource),
    resourceAccount: is(
      accountId,
      'Twelve digits: the account that owns the resource, where nothing else says so',
      SHOWN.account,
    ).optional(),
    context: contexts,
    contextComplete,
    by: is(
      z.union([Layer, z.array(Layer).min(1)]),
      'The layer that must decide; a list: each of them',
      'identity-policy',
    ).optional(),
    statement: is(
      text,
      'The statement that must decide: its Sid, its policy, `policy/Sid`, or `policy/2` counted from 1',
      'deploy/UploadArtifacts',
    ).optional(),
  }),
  'Actions on resources that are all allowed, or all denied',
).meta({ id: 'entry' })

const session = z.strictObject({
  name: is(text, 'The name of the session', 'ci').optional(),
  tags: is(map(z.string()), 'Session tags; {}: none', { team: 'deploy' }).optional(),
  policies: is(
    list(z.union([text, z.record(z.string(), z.unknown())])),
    'Session policies: documents, paths of files, or ARNs; left out: none',
    ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  ).optional(),
})

const from = z.strictObject({
  requestId: is(text, 'Request id of the denial', SHOWN.requestId).optional(),
  time: is(text, 'When it was denied', SHOWN.time).optional(),
  eventId: is(text, 'Id of the CloudTrail event', SHOWN.eventId).optional(),
})

const Test = is(
  z.strictObject({
    name: is(text, 'A sentence that says what must hold', 'the deploy role can upload releases'),
    principal: is(oneOrMore, 'An ARN, a service such as s3.amazonaws.com, or a list: each is tried', SHOWN.role),
    session: is(session, 'The session a role stands for').optional(),
    context: contexts,
    contextComplete,
    chain: is(flag, 'What the call needs next, such as KMS behind S3, must be allowed too', true).optional(),
    allow: is(list(Entry), 'What must be allowed').optional(),
    deny: is(list(Entry), 'What must be denied').optional(),
    from: is(from, 'The denial this test was written from').optional(),
  }),
  'Who must be allowed what, and who must not',
).meta({ id: 'test' })

/** A file of access tests (docs/access-tests.md). */
export const AccessTestFile = is(
  z.strictObject({
    $schema: is(text, 'This schema, for editors', 'access-tests.schema.json').optional(),
    snapshot: is(text, 'Snapshot directory that the tests run against, relative to this file', './snapshot').optional(),
    scenario: is(text, 'Scenario file that they run against', 'scenario.json').optional(),
    terraform: is(
      planned,
      'Terraform plan or state as JSON; a snapshot next to it gives the organization and other accounts',
      'plan.json',
    ).optional(),
    cloudformation: is(
      planned,
      'CloudFormation template; a snapshot next to it gives the organization and other accounts',
      'template.yaml',
    ).optional(),
    contexts: is(map(contextKeys), 'Sets of context keys by name, for `context` of tests and entries', {
      'over TLS': { 'aws:SecureTransport': true },
    }).optional(),
    tests: is(list(Test), 'The tests'),
  }),
  'Who must be allowed what, and who must not: see docs/access-tests.md',
)

export type AccessTestFile = z.infer<typeof AccessTestFile>
export type TestInFile = z.infer<typeof Test>

/** JSON Schema of a file of access tests, for editors: docs/access-tests.schema.json. */
export const accessTestJsonSchema = (): object => ({
  title: 'denytrace access tests',
  ...z.toJSONSchema(AccessTestFile, { io: 'input' }),
})
