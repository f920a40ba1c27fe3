import { z } from 'zod'
import { anything, count, flag, is, list, map, object, oneOf, orNull, SHOWN, string, version } from './described.ts'
import { ContextValue, Guard, Layer, Request } from './scenario.ts'

const truth = z.union([z.literal(true), z.literal(false), z.literal('unknown')])
const effect = oneOf('allowed', 'denied', 'undetermined')
const state = is(
  oneOf('absent', 'unknown'),
  '`absent`: the request has no such value; `unknown`: whether it has is not known',
)

/** What the missing keys are in a case; null is absent, `(other)` any value that no policy names. */
export const When = is(
  map(anything),
  'Value per missing key; null is absent, `(other)` any value that no policy names',
  {
    'aws:SourceVpce': 'vpce-1',
  },
)
export const Effect = is(effect, 'What the decision is', 'denied')

const condition = {
  operator: is(string, 'Operator of the condition', 'StringEquals'),
  expected: is(anything, 'As the statement has it, variables filled in', 'vpce-1'),
  actual: is(anything, 'What the request has: a value, a list, or null', null),
}

export const FailedElement = is(
  z.object({
    element: is(
      oneOf('Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'NotPrincipal', 'Condition'),
      'The element that fails, as the statement has it',
    ),
    key: is(string, 'Condition key of the line', 'aws:SourceVpce').optional(),
    operator: condition.operator.optional(),
    expected: condition.expected,
    actual: condition.actual,
    state: state.optional(),
    hint: is(string, 'The near miss', 'other bucket: the statement names `staging-artifacts`').optional(),
  }),
  'An element or condition line of a statement that does not match',
)

export const MetCondition = is(
  z.object({
    key: is(string, 'Condition key of the line', 'aws:SecureTransport'),
    ...condition,
    state: state.optional(),
  }),
  'A condition line that held, with what the request has',
)

const where = is(string, 'Level of the organization', 'ou-x1y2')
/** Where a statement stands. */
export const place = {
  policy: is(string, 'Name of the policy', 'deploy'),
  policyArn: is(string, 'Its ARN', 'arn:aws:iam::111122223333:policy/deploy').optional(),
  sid: is(string, 'Sid of the statement', 'UploadArtifacts').optional(),
  index: is(count, 'Which statement of the policy, from 0', 1),
  pointer: is(string, 'JSON pointer of the statement in its document', '/Statement/1'),
  file: is(string, 'File that it was read from', 'accounts/111122223333/authorization-details.json').optional(),
  line: is(count, 'Line of the statement in that file', 14).optional(),
}

export const StatementVerdict = is(
  z.object({
    ...place,
    effect: is(oneOf('Allow', 'Deny'), 'Effect of the statement'),
    matches: is(truth, 'Whether it matches the request', false),
    failedOn: is(list(FailedElement), 'All that fails in it; empty where it matches'),
    metBy: is(list(MetCondition), 'Of one that matches: the condition lines that held').optional(),
  }),
  'A statement, and whether it matches',
)

export const StatementRef = is(
  z.object({
    layer: Layer,
    where: where.optional(),
    ...place,
    nearest: is(z.literal(true), 'It does not match, and came nearest to allowing', true).optional(),
  }),
  'A statement that decides, and where it is',
)

export const LayerVerdict = is(
  z.object({
    layer: Layer,
    verdict: is(
      oneOf('allow', 'explicit-deny', 'implicit-deny', 'not-applicable', 'unknown'),
      'What the layer decides',
    ),
    counted: is(flag, 'Whether the verdict affects the decision', true),
    where: where.optional(),
    kind: is(string, 'What a resource policy is attached to', 'bucket').optional(),
    guard: is(Guard, 'Which setting of the service').optional(),
    reason: is(string, 'Why, where no statement says it', 'no policy of the layer is known').optional(),
    errorCode: is(string, 'Error code that AWS gives for it', 'ValidationError').optional(),
    statements: is(list(StatementVerdict), 'Every statement of the layer'),
  }),
  'Verdict of a layer, of a level of the organization, or of a service setting',
)

export const Assumption = is(
  z.object({
    fact: is(string, 'What was assumed', 'session policy'),
    value: is(string, 'As what', 'none'),
    from: is(string, 'From where', 'the evidence shows none'),
    ifWrong: is(string, 'What changes if it is wrong', 'a session policy could deny it, too'),
  }),
  'A fact that no source states and that was assumed',
)

export const MissingFact = is(
  z.object({
    fact: is(string, 'The fact that is missing', 'aws:SourceVpce'),
    kind: is(oneOf('context-key', 'policy', 'attribute', 'principal', 'account'), 'What it is'),
    layer: Layer,
    wouldAllowIf: is(
      orNull(string),
      'All values that make it allowed: `= v`, `in [a, b]`, `not in [a]`, `like p`, `absent`; null: no phrase says that',
      '= vpce-1',
    ),
    bearsOn: is(oneOf('decision', 'fix'), 'What depends on it'),
    howToGet: is(string, 'The command or page that shows it', 'aws ec2 describe-vpc-endpoints'),
  }),
  'A fact without which it is not decided',
)

/** All that would allow the request: an AND/OR tree over the layers. */
export const Requirement: z.ZodType = is(
  z.union([
    z.object({
      get all() {
        return is(list(Requirement), 'Each of these', [])
      },
    }),
    z.object({
      get any() {
        return is(list(Requirement), 'One of these', [])
      },
    }),
    z.object({
      layer: Layer,
      where: where.optional(),
      kind: is(string, 'What a resource policy is attached to', 'key').optional(),
      needs: is(
        oneOf('no-explicit-deny', 'allow', 'allow-naming-principal', 'allow-naming-session', 'allow-to-account'),
        'What the layer must say',
      ),
      satisfied: is(truth, 'Whether it does', false),
    }),
  ]),
  'All that would allow the request; the decision is its truth value',
)

export const Finding = is(
  z.object({
    id: is(string, 'Id of the finding (docs/lint.md)', 'unknown-action'),
    severity: is(oneOf('error', 'warning', 'security', 'suggestion'), 'How grave it is'),
    policy: is(string, 'Policy that it is in; empty: the body', 'deploy'),
    pointer: is(string, 'JSON pointer in its document', '/Statement/0/Action'),
    message: is(
      string,
      'What it is, and what was likely meant',
      's3:PutObjct is no action; did you mean s3:PutObject?',
    ),
  }),
  'A finding on a policy or on the body; it does not change the decision',
)

/** What `evaluate` answers. */
export const Decision: z.ZodType = is(
  z.object({
    schemaVersion: version,
    decision: Effect,
    denyType: is(
      orNull(oneOf('explicit', 'implicit')),
      '`explicit` if a layer that counts denies in words; null: not denied',
      'implicit',
    ),
    blockedBy: is(list(Layer), 'Every layer that denies; the request is allowed only when all of them are fixed', [
      'identity-policy',
    ]),
    likelyReported: is(orNull(Layer), "The layer that AWS's message would name", 'identity-policy'),
    normalized: is(
      list(
        z.object({
          field: is(string, 'Field of the request', 'action'),
          from: is(string, 'As it was written', 's3:putobject'),
          to: is(string, 'As it was read', 's3:PutObject'),
          rule: is(string, 'The rule (docs/rules.md)', 'R-ACT-01'),
        }),
      ),
      'What was read otherwise than it was written',
    ),
    layers: is(list(LayerVerdict), 'Every layer, whatever the others say'),
    missing: is(list(MissingFact), 'Facts that would settle it'),
    assumptions: is(list(Assumption), 'Facts that no source states and that were assumed'),
    outcomes: is(
      list(z.object({ when: When, decision: Effect })),
      'Of an undetermined one: the cases over the missing keys, at most 64',
    ),
    requirement: Requirement,
    get parts() {
      return is(
        list(
          z.object({
            resource: is(orNull(string), 'The resource; null: not known which', SHOWN.resource),
            action: is(string, 'The action, of a call that needs several', SHOWN.action).optional(),
            decision: Decision,
          }),
        ),
        'One for each resource or action of a call that needs several',
      ).optional()
    },
    get steps() {
      return is(list(Step), 'With `chain`: what the call needs next').optional()
    },
    readings: is(
      map(anything),
      'Disputed rules that were read otherwise than by default (docs/disputed.md)',
      {},
    ).optional(),
    lint: is(list(Finding), 'Findings on the policies and on the body; they change nothing').optional(),
    crossChecks: is(list(object), "What AWS's own evaluators answered", []).optional(),
    get files() {
      return is(list(FileRead), 'What became of each of the `files`').optional()
    },
  }),
  'The answer to one request, with its whole trace (docs/json.md, "Decision")',
)

export const Step: z.ZodType = is(
  z.object({
    relation: is(
      oneOf('denied', 'next', 'before'),
      'The denied request, what the call needs next, the AssumeRole before it',
    ),
    request: Request,
    why: is(string, 'Why the call needs it', 'stated in the event'),
    rule: is(string, 'The rule (docs/hops.md)', 'G-01').optional(),
    onlyIf: is(
      string,
      'The fact without which the call does not need it; absent: it always needs it',
      'whether the account uses this model for the first time',
    ).optional(),
    decision: Decision,
    observed: is(string, 'Event id of the record that shows it', SHOWN.eventId).optional(),
  }),
  'A request of a call, and its decision',
)

/** A fault, in the form of every error. */
export const Fault = is(
  z.object({
    code: is(string, 'Code of the error (docs/messages.md)', 'input/no-denial'),
    message: is(string, 'What is wrong', 'nothing in the body is a denial'),
    hint: is(string, 'What to do', 'paste the error message of a denied call, or its CloudTrail event'),
  }),
  'A fault',
)

export const FileRead = is(
  z.object({
    name: is(string, 'Name of the file, as it was sent', 'role.json'),
    readAs: is(string, 'The form it was read as; `evidence`: a log, an event', 'policy document').optional(),
    used: is(flag, 'False: it affects none of the denials', true).optional(),
    error: Fault.optional(),
  }),
  'What became of a file that was sent with the text',
)

/** Values of condition keys, null for absent. */
export const Context = is(map(ContextValue), 'Condition keys; null is known absent', { 'aws:SourceIp': '203.0.113.9' })
