/**
 * Disputed rule, which AWS's pages leave open or say in two ways, a row of the table: how denytrace reads it, and how it can
 * be told to read it instead. The first choice is the default. docs/disputed.md is this table; "X" ids and rules are those
 * of docs/rules.md.
 */
export interface Dispute {
  /** Row of the register of disagreements, or number on the list of what is not documented. */
  readonly id: string
  readonly rule: string
  readonly choices: readonly [string, string, ...string[]]
  readonly about: string
  /** What each choice does, in the order of the choices. */
  readonly does: readonly [string, string, ...string[]]
  /** Who reads it the other way, in a few words. */
  readonly otherwise: string
  readonly docs: string
}

const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/'
const LOGIC = `${IAM}reference_policies_evaluation-logic_policy-eval-denyallow.html`
const OPERATORS = `${IAM}reference_policies_elements_condition_operators.html`
const VARIABLES = `${IAM}reference_policies_variables.html`
const RESOURCE = `${IAM}reference_policies_elements_resource.html`
const CHECKS = `${IAM}access-analyzer-reference-policy-checks.html`
const PRINCIPAL = `${IAM}reference_policies_elements_principal.html`
const NOT_PRINCIPAL = `${IAM}reference_policies_elements_notprincipal.html`
const GRANTS = 'https://docs.aws.amazon.com/kms/latest/developerguide/grants.html'
const KEYS = `${IAM}reference_policies_condition-keys.html`
const CONDITION = `${IAM}reference_policies_elements_condition.html`

export const DISPUTES = {
  'session-policy-on-direct-grants': {
    id: 'X-01',
    rule: 'R-EVAL-38',
    choices: ['overridden', 'limits'],
    about: 'a session policy without an Allow, where the resource policy names the session or everyone',
    does: ['the grant applies', 'the session policy must allow too'],
    otherwise: 'a public simulator',
    docs: LOGIC,
  },
  'limits-on-role-grants': {
    id: 'X-02',
    rule: 'R-EVAL-32',
    choices: ['limit', 'overridden'],
    about: 'permissions boundary and session policy, where the resource policy names the role',
    does: ['both must allow too', 'the grant applies without them'],
    otherwise: 'a public graph tool',
    docs: LOGIC,
  },
  'negated-operator-without-variable': {
    id: 'X-03',
    rule: 'R-VAR-05',
    choices: ['holds', 'fails'],
    about: 'a negated operator on a value whose variable has no value in the request',
    does: ['the condition holds', 'the condition fails'],
    otherwise: 'a public simulator',
    docs: VARIABLES,
  },
  'for-all-values-not-like-on-absent-key': {
    id: 'X-04',
    rule: 'R-COND-24',
    choices: ['holds', 'fails'],
    about: '`ForAllValues:StringNotLike` on a key that the request does not have',
    does: ['it holds, as the general rule says', 'it fails, as one table of the same page shows'],
    otherwise: 'one table of the page',
    docs: OPERATORS,
  },
  'source-ip-of-forwarded-calls': {
    id: 'X-05',
    rule: 'R-CTX-10',
    choices: ['kept', 'unknown'],
    about: '`aws:SourceIp` of a call that a service makes for the caller',
    does: ["it is the caller's public address", "it is an address of the service's, which is not known"],
    otherwise: 'an older text of AWS',
    docs: `${IAM}access_forward_access_sessions.html`,
  },
  'variables-in-bool': {
    id: 'X-07',
    rule: 'R-VAR-01',
    choices: ['filled', 'text'],
    about: 'a variable in a value of `Bool`',
    does: ['it is filled in', 'it is plain text, which is neither true nor false'],
    otherwise: 'the page on variables, against the page on operators',
    docs: VARIABLES,
  },
  'all-buckets-arn': {
    id: 'X-08',
    rule: 'R-REQ-04',
    choices: ['lists-buckets', 'never'],
    about: '`arn:aws:s3:::*` as the resource of `s3:ListAllMyBuckets`',
    does: ['it covers the action', 'only `*` covers it'],
    otherwise: 'a sentence of 2023, since removed',
    docs: `${IAM}reference_policies_elements_notaction.html`,
  },
  'trust-naming-the-caller': {
    id: 'X-09',
    rule: 'R-STS-02',
    choices: ['enough', 'identity-too'],
    about: 'a trust policy that names the caller, within one account',
    does: ['it is enough', 'the identity policy, boundary and session policy must allow too'],
    otherwise: "AWS's advice on troubleshooting roles",
    docs: `${IAM}troubleshoot_roles.html`,
  },
  'case-of-role-names': {
    id: 'X-10',
    rule: 'R-PM-05',
    choices: ['kept', 'ignored'],
    about: 'letter case of a role ARN in `Principal`',
    does: ['compared with case', 'compared without case'],
    otherwise: 'a public simulator',
    docs: PRINCIPAL,
  },
  'not-principal-spares': {
    id: 'X-11',
    rule: 'R-PM-09',
    choices: ['own-and-parents', 'strict', 'any-listed'],
    about: 'whom a Deny with `NotPrincipal` spares',
    does: [
      'who is listed with every parent; with a parent missing it is unknown',
      'who is listed with every parent; with a parent missing it denies',
      'whoever is listed by identity, role or account',
    ],
    otherwise: '`any-listed`: a public simulator; `strict`: the careful reading of the page',
    docs: NOT_PRINCIPAL,
  },
  'arn-patterns': {
    id: 'X-12',
    rule: 'R-RES-01',
    choices: ['by-segment', 'as-text'],
    about: 'wildcards of an ARN in `Resource` and `NotResource`',
    does: ['each stays within its segment', 'they run over colons, and the ARN is one text'],
    otherwise: 'a public graph tool',
    docs: RESOURCE,
  },
  'wildcard-in-arn-service': {
    id: 'X-15',
    rule: 'R-RES-03',
    choices: ['matches', 'never'],
    about: 'a wildcard in the service segment of an ARN in `Resource`',
    does: ['it matches', 'the element matches nothing'],
    otherwise: 'the page on Resource, against the page of checks',
    docs: RESOURCE,
  },
  'operator-on-several-values': {
    id: '2',
    rule: 'R-COND-22',
    choices: ['unknown', 'fails'],
    about: 'an operator without set operator on a key with several values',
    does: ['not known', 'the condition fails'],
    otherwise: 'a public simulator',
    docs: `${IAM}reference_policies_condition-single-vs-multi-valued-context-keys.html`,
  },
  'short-arns': {
    id: '3',
    rule: 'R-RES-05',
    choices: ['by-policy-type', 'never'],
    about: 'an ARN of fewer than six segments in `Resource`',
    does: ['filled up with `*` where that type of policy does so', 'it matches nothing'],
    otherwise: 'the check "Missing ARN field"',
    docs: CHECKS,
  },
  'wildcards-in-variable-values': {
    id: '4',
    rule: 'R-VAR-06',
    choices: ['literal', 'wildcard'],
    about: '`*` and `?` in the value that a variable stands for',
    does: ['they are characters', 'they are wildcards'],
    otherwise: 'nobody we know; it is what plain substitution would do',
    docs: VARIABLES,
  },
  'negated-arn-on-other-text': {
    id: '5',
    rule: 'R-COND-11',
    choices: ['fails', 'holds'],
    about: '`ArnNotEquals` and `ArnNotLike` on a value of the request that is no ARN',
    does: ['the condition fails', 'the condition holds'],
    otherwise: 'the general rule of negated operators',
    docs: OPERATORS,
  },
  'limits-on-kms-grants': {
    id: '6',
    rule: 'R-KMS-07',
    choices: ['overridden', 'limit'],
    about: 'boundary and session policy without an Allow, where a KMS grant gives the access',
    does: ['the grant applies', 'both must allow too'],
    otherwise: 'no page says',
    docs: GRANTS,
  },
  'kms-grants-across-accounts': {
    id: '6',
    rule: 'R-KMS-07',
    choices: ['enough', 'identity-too'],
    about: 'a KMS grant to a principal of another account',
    does: ['it is enough', "the caller's identity policy must allow too"],
    otherwise: 'the general rule of two accounts',
    docs: GRANTS,
  },
  'scps-on-federated-calls': {
    id: '7',
    rule: 'R-STS-10',
    choices: ['not-applied', 'applied'],
    about: "SCPs of the role's account on AssumeRoleWithSAML and AssumeRoleWithWebIdentity",
    does: ['none applies', 'those that the scenario gives must allow'],
    otherwise: 'no page says',
    docs: 'https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html',
  },
  'allow-with-not-principal': {
    id: '8',
    rule: 'R-PM-11',
    choices: ['as-everyone', 'as-account'],
    about: 'an Allow with `NotPrincipal`',
    does: ['it grants as `*` does', 'it grants as the account does: identity side and limits must allow too'],
    otherwise: 'no page says; AWS does not save it today',
    docs: NOT_PRINCIPAL,
  },
  'keys-differing-in-case': {
    id: '9',
    rule: 'R-CTX-01',
    choices: ['unknown', 'first', 'last'],
    about: 'two keys of one request that differ in letter case only',
    does: ['the value is not known', 'the first one listed survives', 'the last one listed survives'],
    otherwise: 'no page says which survives',
    docs: CONDITION,
  },
  'null-on-empty-text': {
    id: '10',
    rule: 'R-COND-03',
    choices: ['present', 'absent'],
    about: '`Null` on a single-valued key with an empty value',
    does: ['the key is present', 'the key is absent'],
    otherwise: 'the page on Condition, against the page on operators',
    docs: CONDITION,
  },
  'type-and-id-of-services': {
    id: '11',
    rule: 'R-PRIN-01',
    choices: ['present', 'absent'],
    about: '`aws:PrincipalType` and `aws:userid` of a call by an AWS service itself',
    does: ['present, with a value that is not known', 'absent'],
    otherwise: 'no page says',
    docs: KEYS,
  },
  'parent-of-federated-session': {
    id: '12',
    rule: 'R-PRIN-10',
    choices: ['unknown', 'same-name'],
    about: 'the user behind a GetFederationToken session, where nothing names it',
    does: ['not known', "the user of the session's name"],
    otherwise: 'public simulators',
    docs: `${IAM}id_credentials_temp_request.html`,
  },
  'case-of-arn-head': {
    id: '13',
    rule: 'R-RES-02',
    choices: ['kept', 'ignored'],
    about: 'letter case of the first five segments of an ARN in `Resource`',
    does: ['compared with case', 'compared without case'],
    otherwise: 'a public simulator',
    docs: CHECKS,
  },
  'everyone-in-trust-policy': {
    id: '14',
    rule: 'R-EVAL-31',
    choices: ['grants', 'delegates'],
    about: '`Principal: "*"` in a trust policy, for callers of the same account',
    does: ['it is enough', 'the identity side must allow too, as if it named the account'],
    otherwise: 'no page says',
    docs: LOGIC,
  },
  'wildcard-in-resource-type': {
    id: '15',
    rule: 'R-RES-03',
    choices: ['not-known', 'never', 'matches'],
    about: 'a wildcard inside the resource type word of an ARN, as in `us*/x`',
    does: [
      'in a Deny it is not known whether it matches; a `Resource` of an Allow matches nothing',
      'the element matches nothing',
      'it matches as any other',
    ],
    otherwise: 'plain pattern matching',
    docs: `${IAM}reference-arns.html`,
  },
  'empty-value-list': {
    id: '16',
    rule: 'R-GRAM-12',
    choices: ['by-operator', 'holds'],
    about: 'a condition key with an empty list of values',
    does: ['nothing equals it: positive operators fail, negated ones hold', 'the line has no effect, so that it holds'],
    otherwise: 'one reading of the check "Empty array condition"',
    docs: CHECKS,
  },
  'empty-condition': {
    id: '16',
    rule: 'R-GRAM-12',
    choices: ['no-condition', 'no-statement'],
    about: 'an empty `Condition: {}`',
    does: ['the statement has no condition', 'the statement has no effect'],
    otherwise: 'the check "Empty object condition"',
    docs: CHECKS,
  },
} as const satisfies Readonly<Record<string, Dispute>>
