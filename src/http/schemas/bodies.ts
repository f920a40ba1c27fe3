import {
  anything,
  count,
  fields,
  type Fields,
  flag,
  list,
  object,
  oneOf,
  orNull,
  ref,
  text,
  version,
} from './schema.ts'

const scenario = {
  description: 'A scenario, or the text of a scenario file, JSON or YAML',
  anyOf: [ref('Scenario'), text],
}
const snapshot = {
  description: 'Name of a snapshot of GET /api/snapshots; left out: the first of them; null: none',
  ...orNull(text),
}

const files = {
  description: 'Policies and settings as AWS prints them, told by what they hold (docs/at-hand.md)',
  ...list(fields({ name: text, text })),
}

/** Schemas of the bodies that are sent: the batch lines of docs/json.md without `id`, and which snapshot is meant. */
export const BODY_SCHEMAS: Fields = {
  DiagnoseBody: {
    ...fields(
      {},
      {
        text: { ...text, description: 'An error message, a log, an event: whatever was seen' },
        record: { ...object, description: 'One CloudTrail record' },
        records: list(anything),
        scenario,
        snapshot,
        files,
        expectPrincipal: text,
        fixes: { ...flag, description: 'false: look for no fix, and give the scenarios at once' },
        scenarios: { ...flag, description: 'Also give the scenario of every step, and of every fix its access tests' },
      },
    ),
    oneOf: [{ required: ['text'] }, { required: ['record'] }, { required: ['records'] }],
  },
  EvaluateBody: {
    ...fields({}, { scenario, request: ref('Request'), snapshot, files, chain: flag }),
    oneOf: [{ required: ['scenario'] }, { required: ['request'] }],
  },
  CompareBody: fields({ old: anything, new: anything }, { kind: oneOf('identity-policy', 'resource-policy') }),
  WhoCanBody: fields({ action: text, resource: text }, { resourceAccount: text, snapshot }),
  WhatCanBody: fields({ principal: text }, { snapshot }),
  SuggestBody: fields({ of: oneOf('principal', 'action', 'resource'), text }, { snapshot }),
  WhoCan: fields({
    schemaVersion: version,
    principals: list(
      fields(
        { principal: text, decision: oneOf('allowed', 'denied', 'undetermined'), access: list(ref('AccessSet')) },
        { perhaps: list(ref('AccessSet')), missing: list(anything) },
      ),
    ),
    examined: count,
    notExamined: list(fields({ account: text, why: text })),
  }),
  WhatCan: fields(
    {
      schemaVersion: version,
      access: list(ref('AccessSet')),
      undetermined: list(ref('AccessSet')),
      assumptions: list(text),
    },
    { reason: text },
  ),
  Suggestions: fields({
    schemaVersion: version,
    suggestions: list(fields({ value: text, note: text })),
    more: count,
  }),
  Error: fields({ error: fields({ code: text, message: text, hint: text }) }),
}
