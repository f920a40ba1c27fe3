import { z } from 'zod'
import { anything, count, flag, is, list, map, object, oneOf, orNull, SHOWN, string, version } from './described.ts'
import { Effect, place, StatementRef, When } from './decision.ts'
import { Layer, Request } from './scenario.ts'

export const Unseen = is(
  z.object({
    layer: Layer,
    kind: is(string, 'Kind of the resource that the policy is attached to, where it is known', 'bucket').optional(),
    what: is(string, 'The policy or setting that nobody provided', 'the bucket policy of prod-artifacts'),
    could: is(oneOf('refuse', 'allow', 'either'), 'What it could do'),
    key: is(string, 'The condition key, where it is a value of the request', 'dynamodb:LeadingKeys').optional(),
    dependentActions: is(
      list(string),
      'Dependent requests of the call that need it, where it is not of the request itself',
      ['kms:Decrypt'],
    ).optional(),
    howToGet: is(string, 'The command that shows it', 'aws s3api get-bucket-policy --bucket prod-artifacts'),
    account: is(string, 'The account to ask, where it is not that of the caller', '222222222222').optional(),
  }),
  'A policy or setting that nobody provided, and that the denial leaves open',
)

/** A set of requests, as people read it. */
export const AccessSet: z.ZodType = is(
  z.object({
    principals: is(list(string), "ARNs with IAM's wildcards", ['*']),
    actions: is(list(string), "Actions with IAM's wildcards", ['s3:PutObject']),
    resources: is(list(string), "ARNs with IAM's wildcards", ['arn:aws:s3:::prod-artifacts/releases/*']),
    conditions: is(
      list(map(map(anything))),
      'Condition blocks as policies write them, ANDed; empty: in every context',
      [{ StringEquals: { 'aws:SourceVpce': 'vpce-1' } }],
    ),
    get except() {
      return is(list(AccessSet), 'Sets that are taken out').optional()
    },
  }),
  'A set of requests (docs/json.md, "Access sets")',
)

const access = oneOf('none', 'some', 'undecided')

export const Comparison = is(
  z.object({
    schemaVersion: version,
    newAccess: is(access, 'Whether NEW allows what OLD did not; `undecided` does not mean `none`', 'some'),
    lostAccess: is(access, 'Whether OLD allowed what NEW does not'),
    newlyAllowed: is(list(AccessSet), 'What is newly allowed'),
    newlyDenied: is(list(AccessSet), 'What is lost'),
    witness: is(orNull(Request), 'A request that NEW allows and OLD does not; null: there is none'),
    lostWitness: is(orNull(Request), 'A request that OLD allowed and NEW does not; null: there is none'),
    reason: is(string, 'Why an answer is `undecided`', 'the work budget was used up').optional(),
  }),
  'What NEW allows that OLD did not, and the reverse (docs/json.md, "Compare")',
)

const { policy, policyArn, file } = place

export const Change = is(
  z.object({
    layer: Layer,
    policy,
    policyArn,
    where: is(string, 'Level of the organization', 'ou-x1y2').optional(),
    on: is(string, 'What it is attached to', 'role deploy-role').optional(),
    owner: is(string, 'Who can make the change', 'account 111122223333'),
    kind: is(
      oneOf('edit-policy', 'add-policy', 'edit-request', 'change-principal', 'create-grant', 'wait'),
      'What kind of change it is',
    ),
    does: is(string, 'The change in words', 'adds a statement that allows s3:PutObject on releases/app.zip').optional(),
    patch: is(
      list(
        z.object({
          op: is(oneOf('add', 'replace', 'remove'), 'Operation of RFC 6902'),
          path: is(string, 'JSON pointer in the document', '/Statement/-'),
          value: is(anything, 'The new value', { Effect: 'Allow' }).optional(),
        }),
      ),
      'RFC 6902 on the policy document, on the attributes of the resource, or on the request',
    ),
    before: is(anything, 'The document before; null: there was none, or it is known in part', null),
    after: is(anything, 'The document after', { Version: '2012-10-17', Statement: [] }),
    leftOpen: is(list(string), 'What is not known of the policy, so that its patch alone is given', [
      'the rest of the policy',
    ]).optional(),
    putsBack: is(z.literal(true), 'It reverts what changed since `--against`', true).optional(),
    file,
    diff: is(string, 'Unified diff, as `git apply` takes it', '--- a/deploy.json\n+++ b/deploy.json\n').optional(),
    terraform: is(string, 'As Terraform', 'resource "aws_iam_role_policy" "deploy" {}').optional(),
    terraformEdit: is(object, 'The edit of the Terraform that was given', {
      address: 'aws_iam_role_policy.deploy',
      line: 12,
    }).optional(),
    terraformNote: is(string, 'Why there is no such edit', 'no resource of that name').optional(),
    cloudFormation: is(string, 'As CloudFormation', 'Type: AWS::IAM::RolePolicy').optional(),
    cdk: is(string, 'As CDK', 'role.addToPolicy(…)').optional(),
    awsCli: is(string, 'As commands', 'aws iam put-role-policy …').optional(),
    quota: is(
      z.object({
        what: is(string, 'What is counted', 'characters of inline policies of a role'),
        used: is(count, 'How much of it is used then', 812),
        limit: is(count, "AWS's limit", 10240),
        fits: is(flag, 'Whether it fits', true),
        otherwise: is(string, 'The way out where it does not', 'attach a managed policy').optional(),
      }),
      "Its size against AWS's limit",
    ).optional(),
    versions: is(
      z.object({
        used: is(count, 'Versions that there are', 5),
        limit: is(count, "AWS's limit", 5),
        deletes: is(string, 'The oldest version that is not in force, if there are too many', 'v1').optional(),
      }),
      "A managed policy's versions",
    ).optional(),
  }),
  'A change of a fix: which document, whose it is, before and after, and how to make it',
)

const Neighbour = is(
  z.object({
    relation: is(
      oneOf('sibling-resource', 'sibling-action', 'other-session', 'other-principal', 'other-account', 'other-context'),
      'How it differs from the denied request',
    ),
    request: Request,
    before: Effect,
    after: Effect,
    differs: is(map(anything), 'Of another context: its keys', { 'aws:SecureTransport': false }).optional(),
  }),
  'A request similar to the denied one, which must not change',
)

export const Proof = is(
  z.object({
    status: is(oneOf('proved', 'refuted', 'not-proved'), 'Whether it grants nothing beyond what it is for'),
    newlyAllowed: is(list(AccessSet), 'All that is newly allowed'),
    beyondIntent: is(flag, 'Whether it grants more than it is for; false only if proved', false),
    beyond: is(list(AccessSet), 'What is allowed beyond the purpose of the fix').optional(),
    witness: is(orNull(Request), 'An example request beyond the purpose of the fix; null: none was found'),
    newlyDenied: is(list(AccessSet), 'What is lost'),
    newlyDeniedElse: is(string, 'Why other principals may lose more access', 'the policy is shared').optional(),
    reason: is(string, 'Why it is not proved', 'the work budget was used up').optional(),
    neighbours: is(list(Neighbour), 'Requests similar to the denied one'),
  }),
  'What the fix grants and takes away, proved',
)

export const Fix = is(
  z.object({
    id: is(string, 'Id, for `fix --choose`; it stays when others come before it', 'identity-policy-exact'),
    title: is(string, 'What it does, on a line', 'allow s3:PutObject on releases/app.zip in `deploy`'),
    rank: is(count, '1 comes first', 1),
    scope: is(oneOf('exact', 'prefix', 'resource'), 'How wide it is'),
    cures: is(list(count), 'Indexes of the steps that it fixes', [0, 1]),
    onDemand: is(
      string,
      'Why it is offered only if you ask for it by its id',
      'another caller was probably meant',
    ).optional(),
    changes: is(list(Change), 'Its changes, one for each document'),
    grantsTo: is(
      orNull(oneOf('same-account', 'organization', 'named-in-policy', 'outside', 'unknown')),
      'Who gets access, by how the caller relates to the owner of the resource; null: it grants nothing',
    ),
    consequences: is(
      list(
        z.object({
          kind: is(
            oneOf(
              'outside-account',
              'whole-account',
              'public',
              'escalation',
              'guardrail',
              'every-resource',
              'data-guard-lost',
              'other-principals',
            ),
            'What kind of consequence it is',
          ),
          change: is(count, 'Index of the change', 0),
          text: is(string, 'The consequence, in a sentence', 'Weakens a guardrail: it changes an SCP.'),
        }),
      ),
      'What a change does beyond letting the caller make the call',
    ),
    basis: is(oneOf('policies', 'message'), "`message`: a draft from AWS's message alone, not verified"),
    replay: is(
      orNull(
        z.object({
          decision: is(oneOf('allowed', 'allowed-unless'), '`allowed-unless`: what is in `unseen` could still deny it'),
          by: is(list(StatementRef), 'Statements that allow it'),
          intended: is(flag, 'True: allowed by what the fix adds, and by nothing broader', true),
          unseen: is(list(Unseen), 'What could still deny it').optional(),
          broader: is(list(StatementRef), 'Broader statements that also allow it').optional(),
          others: is(
            z.object({
              judged: is(count, 'How many', 3),
              flipped: is(
                list(z.object({ request: Request, before: Effect, after: Effect })),
                'Those whose decision changes',
              ),
            }),
            'Other requests of the same principal in the input',
          ).optional(),
        }),
      ),
      'The same requests on the changed policies; null: drafted',
    ),
    proof: is(orNull(Proof), 'What else becomes allowed; null: drafted'),
    outcome: is(
      string,
      'Which calls then succeed, and what else becomes allowed, in sentences; of a draft, that it was not verified',
      'The call then succeeds. Nothing else becomes allowed (proved).',
    ).optional(),
    openGrants: is(
      list(string),
      'Each `ACTION on PATTERN` that is granted because the evidence does not say which resource it was',
      ['s3:GetObject on arn:aws:s3:::reports/*'],
    ).optional(),
    grants: is(string, 'What it grants, on a line', 's3:PutObject on releases/app.zip, and nothing else').optional(),
    takesAway: is(string, 'What it takes away, on a line', 'nothing').optional(),
    crossChecks: is(list(object), "What AWS's own evaluators answered", []).optional(),
  }),
  'A way to make the denied request, and what its call needs next, succeed (docs/fixes.md)',
)

export const ConditionalFix = is(
  z.object({ when: When, decision: Effect, fix: is(orNull(Fix), 'The fix, replayed with these values; null: none') }),
  'What would fix an undetermined request in one case',
)

export const WhoCan = is(
  z.object({
    schemaVersion: version,
    principals: is(
      list(
        z.object({
          principal: is(string, 'ARN of the principal', SHOWN.role),
          decision: Effect,
          access: is(list(AccessSet), 'What it may do'),
          perhaps: is(list(AccessSet), 'What it may do if something holds that is in `missing`').optional(),
          missing: is(
            list(
              z.object({
                fact: is(string, 'The fact', 'aws:SourceVpce'),
                kind: is(string, 'What it is', 'context-key'),
              }),
            ),
            'What that depends on',
          ).optional(),
        }),
      ),
      'Principals, by ARN',
    ),
    examined: is(count, 'How many were looked at', 12),
    notExamined: is(
      list(
        z.object({
          account: is(string, 'The account', '444455556666'),
          why: is(string, 'Why', 'its users and roles are not in the snapshot'),
        }),
      ),
      "Accounts that the resource's policies may allow and whose users and roles are not in the snapshot",
    ),
  }),
  'Who may do an action on a resource (docs/who-can.md)',
)

export const WhatCan = is(
  z.object({
    schemaVersion: version,
    access: is(list(AccessSet), 'What the principal may do'),
    undetermined: is(list(AccessSet), 'What depends on a missing fact'),
    assumptions: is(list(string), 'What was assumed', ['no session policy']),
    reason: is(
      string,
      'Why some requests were not decided; `--budget` decides more',
      'the work budget was used up',
    ).optional(),
  }),
  'What a principal may do (docs/who-can.md)',
)
