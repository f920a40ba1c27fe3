import { z } from 'zod'
import { anything, count, flag, is, list, object, oneOf, orNull, SHOWN, string, version } from './described.ts'
import {
  Assumption,
  FailedElement,
  Fault,
  FileRead,
  MetCondition,
  place,
  StatementRef,
  Step,
  When,
} from './decision.ts'
import { agrees, checked, Denial, factSource, OuterCall, Reported } from './denial.ts'
import { ConditionalFix, Fix, Unseen } from './fix.ts'
import { Layer, Scenario } from './scenario.ts'

const Status = is(
  oneOf('explained', 'likely', 'contradicted', 'undetermined', 'allowed-now', 'not-a-denial'),
  '`explained`: a cause is certain; `likely`: one is likely; `contradicted`: the policies contradict AWS; `undetermined`: several causes are possible; `allowed-now`: policies read after the denial allow the call; `not-a-denial`: no policy denied it',
)

export const Cause = is(
  z.object({
    step: is(count, 'Index of the step', 0),
    layer: Layer,
    where: is(string, 'Level of the organization', 'ou-x1y2').optional(),
    denyType: is(oneOf('explicit', 'implicit'), 'Whether a statement denies, or none allows'),
    certainty: is(
      oneOf('certain', 'likely', 'possible'),
      '`certain`: whatever the missing facts are; `likely`: if what nobody provided allows the request; `possible`: in some cases',
    ),
    from: is(list(oneOf('policies', 'message', 'denial', 'authorization')), 'What makes it known', [
      'policies',
      'message',
    ]),
    kind: is(string, 'What a resource-based policy is attached to, or which service setting', 'bucket').optional(),
    reason: is(string, 'Why, where no statement says it', 'there is no policy').optional(),
    statement: StatementRef.optional(),
    statementCertainty: is(
      z.literal('likely'),
      'The layer is certain, and another Deny of it may have been the one; left out: it is this one',
      'likely',
    ).optional(),
    metBy: is(list(MetCondition), 'What of the request met the conditions of that Deny').optional(),
    nearest: is(
      z.object({
        layer: Layer,
        where: is(string, 'Level of the organization', 'ou-x1y2').optional(),
        ...place,
        failedOn: is(list(FailedElement), 'All that fails in it'),
      }),
      'The Allow that comes nearest',
    ).optional(),
    toldApartBy: is(
      z.object({
        fact: is(string, 'The fact', 'aws:SourceVpce'),
        howToGet: is(string, 'The command that shows it', 'aws ec2 describe-vpc-endpoints'),
      }),
      'The fact that distinguishes it from the other possible causes',
    ).optional(),
  }),
  'A layer that denies, given that AWS denied the request',
)

const Question = is(
  z.object({
    fact: is(string, 'The context key', 'aws:SourceVpce'),
    text: is(string, 'The question', 'Did the call come through the endpoint vpce-1?'),
    howToGet: is(string, 'The command that shows it', 'aws ec2 describe-vpc-endpoints'),
    values: is(
      z.object({
        yes: is(anything, 'A value that stands for yes', 'vpce-1'),
        no: is(anything, 'A value that stands for no; null: absent', null),
      }),
      'A value for each answer',
    ),
    answers: is(
      list(
        z.object({
          answer: is(oneOf('yes', 'no'), 'The answer'),
          status: Status,
          summary: is(string, 'The resulting sentence', 'the bucket policy denies it'),
          causes: is(list(Cause), 'Certain and likely causes'),
          fix: is(orNull(string), 'Title of the first fix; null: none', null),
        }),
      ),
      'What a diagnosis with either says',
    ),
  }),
  'Of a likely cause or several possible ones: the question whose answer decides between them',
)

const evidenceFact = {
  fact: is(string, '`principal`, `action`, `reported.layer`, a condition key; of a policy, its layer', 'principal'),
  value: is(anything, 'Its value; of a policy its ARN or name', SHOWN.role),
  ...factSource,
}

export const Diagnosis = is(
  z.object({
    denial: Denial,
    occurrences: is(
      z.object({
        count: is(count, 'How often', 1),
        first: is(orNull(string), 'The first time', SHOWN.time),
        last: is(orNull(string), 'The last time', SHOWN.time),
      }),
      'Exact repeats in the input',
    ),
    call: OuterCall.optional(),
    status: Status,
    basis: is(
      oneOf('policies', 'authorization', 'message'),
      "The best source of the answer: policies, AWS's authorization details, or the message alone",
    ),
    summary: is(
      string,
      'Who may not do what, because',
      "role deploy-role can't s3:PutObject on arn:aws:s3:::shop/app.zip: no identity policy of role deploy-role allows it.",
    ),
    causes: is(list(Cause), 'What denies the request, most certain first'),
    unseen: is(list(Unseen), 'Policies and settings that nobody provided and that the denial leaves open'),
    unusedInputs: is(
      list(
        z.object({
          file: is(string, 'The file', 'bucket-policy.json'),
          takenFor: is(string, 'What it was read as', 'bucket policy (arn:aws:s3:::other)'),
          why: is(
            string,
            'Why it does not affect this diagnosis',
            's3:GetObject on arn:aws:s3:::b/k does not touch it',
          ),
          whatWouldBindIt: is(string, 'What would make it count', '--resource ARN'),
          countsLater: is(flag, 'True: it counts for the calls of the role whose session was denied', true).optional(),
        }),
      ),
      'Files that do not affect this diagnosis; left out: none',
    ).optional(),
    question: Question.optional(),
    usualCauses: is(
      list(
        z.object({
          layer: is(orNull(Layer), 'The layer; null: no policy is in the way', 'identity-policy'),
          what: is(string, 'What it is', 'the role has no policy for the bucket'),
          tell: is(
            string,
            'The command that confirms it',
            'aws iam list-attached-role-policies --role-name deploy-role',
          ),
        }),
      ),
      'Of a message alone: the usual causes of such a denial, most frequent first',
    ).optional(),
    identity: is(
      z.object({
        evaluated: is(orNull(string), 'Who was evaluated', SHOWN.session),
        expected: is(orNull(string), 'Who should have made the call', null),
        agrees,
        explanation: is(string, 'In words', 'the role deploy-role, session ci'),
        doubt: is(
          z.object({
            kind: is(
              oneOf(
                'another-role',
                'same-name',
                'node-role',
                'service-role',
                'session-of-cognito',
                'not-assumed',
                'other-stage',
                'default-credentials',
              ),
              'Which doubt',
            ),
            expected: is(string, 'The role that was likely meant', SHOWN.role).optional(),
            text: is(string, 'In words', 'this is the role of the node'),
            tell: is(string, 'The command that shows it', 'aws sts get-caller-identity'),
          }),
          'Why the caller may not be the one that was meant',
        ).optional(),
        relation: is(
          oneOf('same-account', 'organization', 'named-in-policy', 'outside', 'unknown'),
          'How the caller relates to your accounts',
          'same-account',
        ),
        warning: is(
          string,
          'That the caller is from outside: shown before anything else',
          'Account 987650001234 is not in your organization, and no policy you provided mentions it.',
        ).optional(),
      }),
      'Who AWS evaluated, against who was expected',
    ),
    assumptions: is(list(Assumption), 'What was assumed'),
    evidence: is(list(z.object(evidenceFact)), 'Every fact that the answer rests on, with its source'),
    steps: is(list(Step), 'The denied request, what the call needs next, the AssumeRole before'),
    reconciliation: is(
      z.object({
        reported: Reported,
        agrees,
        explanation: is(string, 'In words', 'AWS agrees'),
        denialIsOlder: is(
          z.literal(true),
          'What AWS named no longer denies the call, by policies read after the denial',
          true,
        ).optional(),
        consistentWith: is(list(z.object({ when: When })), "Cases that agree with AWS's words").optional(),
        checks: is(
          list(
            z.object({
              ...checked,
              ours: is(oneOf('allows', 'denies', 'allows-nothing', 'unknown'), 'What ours is'),
              agrees,
            }),
          ),
          "Every requirement of AWS's authorization details, against ours",
        ).optional(),
      }),
      "AWS's words compared with our decision",
    ),
    fixes: is(list(Fix), 'Fixes, the smallest first'),
    whyNoFix: is(list(string), 'Why fixes that would work are withheld', [
      'no policy can allow it: a role can be passed only within its own account (R-PASS-03)',
    ]).optional(),
    fixesNotTried: is(string, 'Why some ways to fix it were not tried', 'the work budget was used up').optional(),
    fixesIf: is(list(ConditionalFix), 'Of an undetermined one: what would fix each case').optional(),
    slips: is(
      list(
        z.object({
          statement: is(string, 'The statement', 'statement 2 "Read" of `deploy`'),
          slips: is(list(string), 'What is wrong with it', ['its Resource has a slash too many']),
          lint: is(list(string), 'Findings on it', ['unknown-action']),
          fix: is(string, 'Id of the fix that corrects it', 'slip-1'),
        }),
      ),
      'Statements that nearly match the request, with a mistake',
    ).optional(),
    whatNotToDo: is(list(string), 'What would grant too much, or not help', ['do not attach AdministratorAccess']),
    verify: is(list(string), 'Commands that confirm the fix', ['denytrace verify denial.json']),
    guide: is(string, 'The page of the reference library (GET /guide/{page})', 'aws-access-denied'),
    crossChecks: is(list(object), "What AWS's own evaluators answered", []).optional(),
  }),
  'A denial explained (docs/json.md, "Diagnosis")',
)

export const TimelineEntry = is(
  z.object({
    time: is(orNull(string), 'When', SHOWN.time),
    eventId: is(orNull(string), 'Event id', SHOWN.eventId),
    what: is(string, 'What it was', 's3:PutObject on prod-artifacts/releases/app.zip'),
    outcome: is(oneOf('allowed', 'denied', 'changed'), 'What came of it'),
    diagnosis: is(count, 'Index of its diagnosis', 0).optional(),
    why: is(string, 'Why it is listed', 'the denied call'),
  }),
  'An event of the input, in order of time',
)

/** What `diagnose` answers. */
export const Diagnoses = is(
  z.object({
    schemaVersion: version,
    diagnoses: is(list(Diagnosis), 'One for each denial; exact repeats are counted'),
    timeline: is(list(TimelineEntry), 'Events of the input, in order of time'),
    scenarios: is(list(list(Scenario)), 'With `scenarios`: as `diagnoses`, and in each as its `steps`').optional(),
    tests: is(
      list(list(string)),
      'With `scenarios`: as `diagnoses`, and in each as its `fixes`: a file of access tests',
      [[]],
    ).optional(),
    files: is(list(FileRead), 'What became of each of the `files`').optional(),
    stored: is(list(object), 'Of a stored denial: its events, as the store has them', []).optional(),
    runbook: is(list(object), 'Executions of runbooks', []).optional(),
  }),
  'What `diagnose` answers (docs/json.md, "Diagnosis")',
)

/** The body of a 422. */
export const NoDenial = is(
  z.object({
    error: z
      .object({
        code: is(z.literal('input/no-denial'), 'Code of the error', 'input/no-denial'),
        message: is(string, 'What is wrong', 'nothing in the body is a denial'),
        hint: is(string, 'What to do', 'paste the error message of a denied call, or its CloudTrail event'),
      })
      .meta({ description: 'The fault' }),
    result: Diagnoses.optional(),
  }),
  'Nothing in it is a denial; `result` says what it is',
)

const AnswerProgress = is(
  z.object({
    stage: is(
      oneOf('reading', 'judging', 'fixing'),
      'The input is read, every layer of each kind is judged, the fixes of each kind are found and proved',
    ),
    done: is(count, 'How much of it is done: characters, or kinds', 3_145_728),
    of: is(count, 'Of how much', 5_000_000),
    denials: is(count, 'Denials found so far; once it is judged, all', 8123),
    kinds: is(count, 'Kinds of them: what differs in more than its time', 5),
  }),
  'How far it is',
)

/** A line of an answer that comes in lines. */
export const AnswerLine = is(
  z.object({
    schemaVersion: version,
    progress: AnswerProgress.optional(),
    layers: is(Diagnoses, 'The answer before any fix was looked for').optional(),
    answer: is(Diagnoses, 'The answer, as it is without lines: the last line').optional(),
    status: is(count, 'Status of the fault', 503).optional(),
    fault: is(
      z.object({ error: Fault, result: Diagnoses.optional() }),
      'Why there is no answer: the last line',
    ).optional(),
  }),
  'Line of an answer as `application/x-ndjson`: `progress`, `layers`, `answer`, or `status` and `fault`',
)
