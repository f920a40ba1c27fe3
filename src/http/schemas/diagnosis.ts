import { CHECK } from './denial.ts'
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
      status: oneOf('explained', 'likely', 'contradicted', 'undetermined', 'not-a-denial'),
      basis: oneOf('policies', 'authorization', 'message'),
      summary: text,
      causes: list(ref('Cause')),
      unseen: list(ref('Unseen')),
      identity: fields({ evaluated: orNull(text), expected: orNull(text), agrees: orNull(flag), explanation: text }),
      assumptions: list(ref('Assumption')),
      steps: list(ref('Step')),
      reconciliation: fields(
        { reported: ref('Reported'), agrees: orNull(flag), explanation: text },
        {
          consistentWith: list(fields({ when: map(anything) })),
          checks: list(
            fields({
              ...CHECK,
              ours: oneOf('allows', 'denies', 'allows-nothing', 'unknown'),
              agrees: orNull(flag),
            }),
          ),
        },
      ),
      fixes: list(ref('Fix')),
      whatNotToDo: list(text),
      verify: list(text),
      guide: text,
    },
    {
      fixesIf: list(fields({ when: map(anything), decision: effect, fix: orNull(ref('Fix')) })),
      call: fields({
        eventSource: orNull(text),
        operation: orNull(text),
        resource: orNull(text),
        eventId: orNull(text),
        requestId: orNull(text),
        time: orNull(text),
        sourceIp: orNull(text),
      }),
      question: fields({
        fact: text,
        text,
        howToGet: text,
        values: fields({ yes: anything, no: anything }),
        answers: list(
          fields({
            answer: oneOf('yes', 'no'),
            status: oneOf('explained', 'likely', 'contradicted', 'undetermined', 'not-a-denial'),
            summary: text,
            causes: list(ref('Cause')),
            fix: orNull(text),
          }),
        ),
      }),
      slips: list(fields({ statement: text, slips: list(text), lint: list(text), fix: text })),
    },
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
    { scenarios: list(list(ref('Scenario'))), tests: list(list(text)), files: list(ref('FileRead')) },
  ),
  FileRead: fields(
    { name: text },
    { readAs: text, used: flag, error: fields({ code: text, message: text, hint: text }) },
  ),
  Cause: fields(
    {
      step: count,
      layer: ref('Layer'),
      denyType: oneOf('explicit', 'implicit'),
      certainty: oneOf('certain', 'likely', 'possible'),
      from: list(oneOf('policies', 'message', 'denial', 'authorization')),
    },
    {
      where: text,
      kind: text,
      reason: text,
      statement: ref('StatementRef'),
      metBy: list(object),
      nearest: object,
      toldApartBy: fields({ fact: text, howToGet: text }),
    },
  ),
  Unseen: fields({ layer: ref('Layer'), what: text, could: oneOf('refuse', 'allow', 'either'), howToGet: text }),
  Fix: fields(
    {
      id: text,
      title: text,
      rank: count,
      scope: oneOf('exact', 'prefix', 'resource'),
      cures: list(count),
      changes: list(ref('Change')),
      basis: oneOf('policies', 'message'),
      replay: orNull(
        fields(
          { decision: oneOf('allowed', 'allowed-unless'), by: list(ref('StatementRef')), intended: flag },
          { unseen: list(ref('Unseen')), broader: list(ref('StatementRef')) },
        ),
      ),
      proof: orNull(ref('Proof')),
    },
    { grants: text, takesAway: text },
  ),
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
      putsBack: flag,
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
