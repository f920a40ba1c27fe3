/** docs/lint.md against the table of checks, and both against the list of AWS's page. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { isOurs } from '../../src/lint/check.ts'
import { CHECKS } from '../../src/lint/checks.ts'

const page = readFileSync(new URL('../../docs/lint.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| `([^`]+)` \| (\w+) \| ([^|]+?)(?: \(((?:partly|no): [^|]+)\))? \|$/gm)].map(
  (match) => ({
    id: match[1] ?? '',
    severity: match[2] ?? '',
    here: match[4] ?? 'yes',
  }),
)

/** These look at the request and at the input, not at a policy. */
const BESIDES_POLICIES = ['listed-overrides-derived', 'no-organization', 'unknown-field']

/** Names of the checks, in the order of the page: errors, general warnings, security warnings, suggestions; each once. */
const ACCESS_ANALYZER: Readonly<Record<string, string>> = {
  error: `ARN account not allowed; ARN Region not allowed; Data type mismatch; Duplicate keys with different case;
    Invalid action; Invalid ARN account; Invalid ARN prefix; Invalid ARN Region; Invalid ARN resource;
    Invalid ARN service case; Invalid condition data type; Invalid condition key format;
    Invalid condition multiple Boolean; Invalid condition operator; Invalid effect; Invalid global condition key;
    Invalid partition; Invalid policy element; Invalid principal format; Invalid principal key; Invalid Region;
    Invalid service; Invalid service condition key; Invalid service in action; Invalid variable for operator;
    Invalid version; Json syntax error; Missing action; Missing ARN field; Missing ARN Region; Missing effect;
    Missing principal; Missing qualifier; Missing resource; Missing statement; Null with if exists;
    SCP syntax error action wildcard; SCP syntax error allow condition; SCP syntax error allow NotAction;
    SCP syntax error allow resource; SCP syntax error NotResource; SCP syntax error principal; Unique Sids required;
    Unsupported action in policy; Unsupported element combination; Unsupported global condition key;
    Unsupported principal; Unsupported resource ARN in policy; Unsupported Sid; Unsupported wildcard in principal;
    Missing brace in variable; Missing quote in variable; Unsupported space in variable; Empty variable;
    Variable unsupported in element; Variable unsupported in version; Private IP address; Private NotIpAddress;
    Policy size exceeds SCP quota; Invalid service principal format; Missing tag key in condition; Invalid vpc format;
    Invalid vpce format; Federated principal not supported; Unsupported action for condition key;
    Unsupported condition key for service principal; Role trust policy syntax error notprincipal;
    Role trust policy unsupported wildcard in principal; Role trust policy syntax error resource;
    Type mismatch IP range; Missing action for condition key;
    Invalid federated principal syntax in role trust policy; Mismatched action for principal;
    Missing action for roles anywhere trust policy; Policy size exceeds RCP quota; RCP syntax error principal;
    RCP syntax error allow; RCP syntax error NotAction; RCP syntax error action; Missing ARN account;
    Invalid kms key value; Variable usage too permissive; Wildcard usage too permissive`,
  warning: `Create SLR with NotResource; Create SLR with star in action and NotResource;
    Create SLR with NotAction and NotResource; Create SLR with star in resource;
    Create SLR with star in action and resource; Create SLR with star in resource and NotAction;
    Deprecated global condition key; Invalid date value; Invalid role reference; Invalid user reference;
    Missing version; Unique Sids recommended; Wildcard without like operator;
    Policy size exceeds identity policy quota; Policy size exceeds resource policy quota; Type mismatch;
    Type mismatch Boolean; Type mismatch date; Type mismatch number; Type mismatch string;
    Specific github repo and branch recommended; Policy size exceeds role trust policy quota;
    RCP missing related principal condition key; RCP missing related service principal condition key;
    RCP missing service condition key null check; Use condition key only with supported services`,
  security: `Untrustworthy condition key; Allow with NotPrincipal; ForAllValues with single valued key;
    Pass role with NotResource; Pass role with star in action and NotResource;
    Pass role with NotAction and NotResource; Pass role with star in resource;
    Pass role with star in action and resource; Pass role with star in resource and NotAction;
    Missing paired condition keys; Deny with unsupported tag condition key for service;
    Deny NotAction with unsupported tag condition key for service; Restrict access to service principal;
    Missing condition key for oidc principal; Missing github repo condition key;
    String like operator with ARN condition keys; DynamoDB attributes without select; S3 prefix in negative context;
    ForAnyValue with audience claim type`,
  suggestion: `Empty array action; Empty array condition; Empty array condition ForAllValues;
    Empty array condition ForAnyValue; Empty array condition IfExists; Empty array principal; Empty array resource;
    Empty object condition; Empty object principal; Empty Sid value; Equivalent to null false;
    Equivalent to null true; Improve IP range; Null with qualifier; Private IP address subset;
    Private NotIpAddress subset; Redundant action; Redundant condition value num; Redundant resource;
    Redundant statement; Wildcard in service name; Allow with unsupported tag condition key for service;
    Allow NotAction with unsupported tag condition key for service; Recommended condition key for service principal;
    Irrelevant condition key in policy; Redundant key due to wildcard in condition;
    Redundant principal in role trust policy; Redundant statement due to wildcard in condition;
    Confirm audience claim type`,
}

const namesOf = (text: string): string[] => text.split(';').map((name) => name.replaceAll(/\s+/g, ' ').trim())
const written = (all: readonly { readonly id: string; readonly severity: string }[]): string[] =>
  [...new Set(all.map(({ id, severity }) => `${severity}: ${id}`))].toSorted()

test('every check has a row on the page with its severity, and every row that is not left out is a check', () => {
  assert.ok(rows.length > 100, 'the table was not read')
  const here = rows.filter(({ id, here: there }) => !there.startsWith('no: ') && !BESIDES_POLICIES.includes(id))
  assert.deepEqual(written(here), written(CHECKS))
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length, 'an id has two rows')
})

test('every name of Access Analyzer has a row with the severity it has there, and no row has a name of its making', () => {
  const theirs = Object.entries(ACCESS_ANALYZER).flatMap(([severity, text]) =>
    namesOf(text).map((id) => ({ id, severity })),
  )
  assert.deepEqual(written(rows.filter(({ id }) => !isOurs(id))), written(theirs))
})

test('no check of errors or of security is left out, but those that AWS itself has made obsolete', () => {
  const left = rows.filter(({ severity, here }) => here.startsWith('no: ') && ['error', 'security'].includes(severity))
  for (const { id, here } of left) assert.match(here, /R-GRAM-20/, id)
})

test('our own names are in kebab-case', () => {
  for (const { id } of CHECKS.filter((check) => isOurs(check.id))) assert.match(id, /^[a-z]+(?:-[a-z]+){1,4}$/)
})

test('every check links AWS’s page, and those of AWS the heading of the check on it', () => {
  for (const { id, docs } of CHECKS) {
    assert.ok(
      docs.startsWith('https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html'),
    )
    assert.equal(docs.includes('#'), !isOurs(id), id)
  }
  // Taken from the page: how it writes Not… in anchors differs from name to name.
  // biome-ignore format: a table is read by its columns
  const ANCHORS: readonly (readonly [id: string, anchor: string])[] = [
    ['ARN account not allowed',         'error-arn-account-not-allowed'],
    ['Private NotIpAddress',            'error-private-not-ip-address'],
    ['RCP syntax error NotAction',      'error-rcp-syntax-error-notaction'],
    ['Create SLR with NotAction and NotResource', 'general-warning-create-slr-with-not-action-and-not-resource'],
    ['Allow with NotPrincipal',         'security-warning-allow-with-not-principal'],
    ['Deny NotAction with unsupported tag condition key for service', 'security-warning-deny-notaction-with-unsupported-tag-condition-key-for-service'],
    ['Null with qualifier',             'suggestion-null-with-qualifier'],
  ]
  for (const [id, anchor] of ANCHORS)
    assert.ok(
      CHECKS.find((check) => check.id === id)?.docs.endsWith(`#access-analyzer-reference-policy-checks-${anchor}`),
      id,
    )
})
