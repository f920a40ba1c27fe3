import {
  anything,
  count,
  type Fields,
  fields,
  flag,
  list,
  map,
  object,
  oneOf,
  orNull,
  ref,
  text,
  version,
} from './schema.ts'

const effect = oneOf('allowed', 'denied', 'undetermined')
const access = oneOf('none', 'some', 'undecided')

/** docs/json.md, "Diagnosis", "Fix" and "Compare". */
export const DIAGNOSIS_SCHEMAS: Fields = {
  Diagnosis: fields(
    {
      denial: ref('Denial'),
      occurrences: fields({ count, first: orNull(text), last: orNull(text) }),
      status: oneOf('explained', 'contradicted', 'undetermined', 'message-only', 'not-a-denial'),
      summary: text,
      identity: fields({ evaluated: orNull(text), expected: orNull(text), agrees: orNull(flag), explanation: text }),
      assumptions: list(ref('Assumption')),
      steps: list(ref('Step')),
      reconciliation: fields(
        { reported: ref('Reported'), agrees: orNull(flag), explanation: text },
        { consistentWith: list(fields({ when: map(anything) })) },
      ),
      fixes: list(ref('Fix')),
      whatNotToDo: list(text),
      verify: list(text),
      guide: text,
    },
    { fixesIf: list(fields({ when: map(anything), decision: effect, fix: orNull(ref('Fix')) })) },
  ),
  Diagnoses: fields(
    {
      schemaVersion: version,
      diagnoses: list(ref('Diagnosis')),
      timeline: list(
        fields(
          {
            time: orNull(text),
            eventId: orNull(text),
            what: text,
            outcome: oneOf('allowed', 'denied', 'changed'),
            why: text,
          },
          { diagnosis: count },
        ),
      ),
    },
    { scenarios: list(list(ref('Scenario'))), tests: list(list(text)) },
  ),
  Fix: fields({
    id: text,
    title: text,
    rank: count,
    scope: oneOf('exact', 'prefix', 'resource'),
    cures: list(count),
    changes: list(ref('Change')),
    replay: fields(
      { decision: effect, by: list(ref('StatementRef')), intended: flag },
      { broader: list(ref('StatementRef')) },
    ),
    proof: ref('Proof'),
  }),
  Change: fields(
    {
      layer: ref('Layer'),
      policy: text,
      owner: text,
      kind: oneOf('edit-policy', 'add-policy', 'edit-request', 'change-principal', 'create-grant', 'wait'),
      patch: list(fields({ op: oneOf('add', 'replace', 'remove'), path: text }, { value: anything })),
      before: anything,
      after: anything,
    },
    {
      policyArn: text,
      where: text,
      does: text,
      file: text,
      on: text,
      diff: text,
      terraform: text,
      leftOpen: list(text),
      cloudFormation: text,
      cdk: text,
      awsCli: text,
      quota: object,
      versions: object,
    },
  ),
  StatementRef: fields(
    { layer: ref('Layer'), policy: text, index: count, pointer: text },
    { where: text, policyArn: text, sid: text, file: text, line: count },
  ),
  Proof: fields(
    {
      status: oneOf('proved', 'refuted', 'not-proved'),
      newlyAllowed: list(ref('AccessSet')),
      beyondIntent: flag,
      witness: orNull(ref('Request')),
      newlyDenied: list(ref('AccessSet')),
      neighbours: list(
        fields({ relation: text, request: ref('Request'), before: effect, after: effect }, { differs: map(anything) }),
      ),
    },
    { reason: text, beyond: list(ref('AccessSet')), newlyDeniedElse: text },
  ),
  AccessSet: fields(
    { principals: list(text), actions: list(text), resources: list(text), conditions: list(map(map(anything))) },
    { except: list(ref('AccessSet')) },
  ),
  Comparison: fields(
    {
      schemaVersion: version,
      newAccess: access,
      lostAccess: access,
      newlyAllowed: list(ref('AccessSet')),
      newlyDenied: list(ref('AccessSet')),
      witness: orNull(ref('Request')),
      lostWitness: orNull(ref('Request')),
    },
    { reason: text },
  ),
}
