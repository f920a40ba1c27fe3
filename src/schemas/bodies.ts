import { z } from 'zod'
import { Context } from './decision.ts'
import { anything, count, flag, is, list, object, oneOf, orNull, SHOWN, string, version } from './described.ts'
import { Request, Scenario } from './scenario.ts'

/** A scenario, or the text of its file. */
export const scenario = is(
  z.union([Scenario, z.string()]),
  'A scenario, or the text of a scenario file, JSON or YAML',
  {
    request: { principal: SHOWN.role, action: SHOWN.action, resource: SHOWN.resource },
    policies: { complete: true, identityPolicies: [] },
  },
)

export const snapshot = is(orNull(string), 'Name of a snapshot; left out: the first; null: none', 'prod')

/** As many files may stand beside a denial. */
const MOST_FILES = 100

export const files = is(
  list(
    z.object({
      name: is(string, 'Name of the file, for citing', 'role.json'),
      text: is(string, 'What it holds', '{"Version":"2012-10-17","Statement":[]}'),
      as: is(
        oneOf(
          'identity-policy',
          'resource-policy',
          'trust-policy',
          'boundary',
          'scp',
          'rcp',
          'endpoint-policy',
          'session-policy',
        ),
        'What the file is, where what it holds does not say it',
      ).optional(),
    }),
  ).max(MOST_FILES),
  'Policies and settings as AWS prints them, recognized by their content (docs/at-hand.md); at most 100',
)

/** What a denial was seen as: a text, a record, several. */
export const evidence = {
  text: is(string, 'An error message, a log, an event: whatever was seen', SHOWN.message).optional(),
  record: is(object, 'One CloudTrail record', { eventName: 'PutObject', errorCode: 'AccessDenied' }).optional(),
  records: is(z.union([list(anything), object]), 'Several CloudTrail records, successful ones too: they are evidence', [
    { eventName: 'PutObject', errorCode: 'AccessDenied' },
  ]).optional(),
}

export const expectPrincipal = is(string, 'ARN of who should have made the call', SHOWN.role)

export const chain = is(flag, 'Judge what the call needs next, too: a key behind a bucket', true)

/** One of `names` must be there, and no second; or one of `instead`. */
function onlyOne(
  body: Readonly<Record<string, unknown>>,
  names: readonly string[],
  instead: readonly string[],
  context: z.RefinementCtx,
): void {
  const [first, second] = names.filter((name) => body[name] !== undefined)
  if (first !== undefined && second !== undefined)
    context.addIssue({ code: 'custom', path: [], message: `has both \`${first}\` and \`${second}\`` })
  if (first !== undefined || instead.some((name) => body[name] !== undefined)) return
  const all = [...names, ...instead].map((name) => `\`${name}\``)
  context.addIssue({ code: 'custom', path: [], message: `has no ${all.slice(0, -1).join(', ')} or ${all.at(-1)}` })
}

export const DiagnoseBody = is(
  z.object({
    ...evidence,
    scenario: scenario.optional(),
    snapshot: snapshot.optional(),
    files: files.optional(),
    context: is(
      Context,
      'Condition keys of the request that the text leaves out; null: the key was not sent',
    ).optional(),
    expectPrincipal: expectPrincipal.optional(),
    fixes: is(flag, 'False: look for no fix, where most of the time goes', true).optional(),
    scenarios: is(flag, 'Also give the scenario of every step, and of every fix its access tests', false).optional(),
  }),
  'A denial, and the policies to explain it with; `text`, `record`, `records` or `files` contains the denial',
)
  .meta({ anyOf: [['text'], ['record'], ['records'], ['files']].map((required) => ({ required })) })
  .superRefine((body, context) => onlyOne(body, ['text', 'record', 'records'], ['files'], context))

export const EvaluateBody = is(
  z.object({
    scenario: scenario.optional(),
    request: Request.optional(),
    snapshot: snapshot.optional(),
    files: files.optional(),
    chain: chain.optional(),
    sessionPolicies: is(z.null(), 'null: the session was made without a policy', null).optional(),
  }),
  'A `scenario`, or a `request` that is judged against a snapshot',
)
  .meta({ oneOf: [['scenario'], ['request']].map((required) => ({ required })) })
  .superRefine((body, context) => onlyOne(body, ['scenario', 'request'], [], context))

/** Policies that are compared: a document, its text, a list of them, or a scenario. */
export const documents = (which: string) =>
  is(
    z.union([object, list(anything), z.string()]),
    `${which}: a policy document or its text, a list of them, or a scenario`,
    {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
    },
  )

export const comparedKind = is(
  oneOf('identity-policy', 'resource-policy'),
  'What the documents are; left out: identity-policy. Principals count for the other alone',
)

export const CompareBody = is(
  z.object({ old: documents('Before'), new: documents('After'), kind: comparedKind.optional() }),
  'Two sets of policies',
)

export const WhoCanBody = is(
  z.object({
    action: is(string, 'The action', SHOWN.action),
    resource: is(string, 'The resource', SHOWN.resource),
    resourceAccount: is(string, 'Account that owns it, where its ARN has none', SHOWN.account).optional(),
    snapshot: snapshot.optional(),
  }),
  'An action on a resource of a snapshot',
)

export const WhatCanBody = is(
  z.object({
    principal: is(string, 'ARN of a user or role of the snapshot', SHOWN.role),
    snapshot: snapshot.optional(),
  }),
  'A principal of a snapshot',
)

export const SuggestBody = is(
  z.object({
    of: is(oneOf('principal', 'action', 'resource'), 'What is looked for'),
    text: is(string, 'A few letters of it', 'deploy'),
    snapshot: snapshot.optional(),
  }),
  'A few typed letters',
)

export const Suggestions = is(
  z.object({
    schemaVersion: version,
    suggestions: is(
      list(
        z.object({
          value: is(string, 'What may be meant', SHOWN.role),
          note: is(string, 'What it is', 'role'),
        }),
      ),
      'At most 12, the likeliest first',
    ),
    more: is(count, 'How many more there are', 3),
  }),
  'What may be meant',
)
