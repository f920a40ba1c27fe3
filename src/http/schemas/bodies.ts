import { anything, type Fields, fields, flag, list, object, oneOf, orNull, ref, text } from './schema.ts'

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

/** What is sent: the batch lines of docs/json.md without `id`, and which snapshot is meant. */
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
  Error: fields({ error: fields({ code: text, message: text, hint: text }) }),
}
