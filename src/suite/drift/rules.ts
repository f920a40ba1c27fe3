/** Gravest first. */
export const SEVERITIES = ['security', 'warning', 'suggestion'] as const
export type Severity = (typeof SEVERITIES)[number]

/**
 * What is looked for. Of a difference to the majority `looser` is the severity where the role lets more in than the others,
 * `stricter` where it lets less; of the rules about one policy alone `stricter` is that of a role, which nobody can hand to a service
 * without iam:PassRole.
 */
// biome-ignore format: a table is read by its columns
export const DRIFT_RULES = {
  'statement-missing':      { looser: 'security',   stricter: 'warning',    says: 'a statement that the others have is not there' },
  'statement-extra':        { looser: 'security',   stricter: 'suggestion', says: 'a statement that the others do not have' },
  'principal':              { looser: 'security',   stricter: 'warning',    says: 'other principals are trusted' },
  'action':                 { looser: 'warning',    stricter: 'warning',    says: 'other actions are allowed' },
  'session-tags':           { looser: 'security',   stricter: 'warning',    says: 'session tags are passed, asked for or kept otherwise' },
  'external-id':            { looser: 'security',   stricter: 'warning',    says: 'the external id differs, or only some ask for one' },
  'oidc-subject':           { looser: 'security',   stricter: 'warning',    says: 'the subject of the OIDC token is tested otherwise' },
  'oidc-audience':          { looser: 'security',   stricter: 'warning',    says: 'the audience of the OIDC token is tested otherwise' },
  'condition-key':          { looser: 'security',   stricter: 'suggestion', says: 'a condition key that only some test' },
  'condition-value':        { looser: 'warning',    stricter: 'warning',    says: 'a condition has other values' },
  'condition-operator':     { looser: 'warning',    stricter: 'suggestion', says: 'a condition compares in another way' },
  'permissions-boundary':   { looser: 'security',   stricter: 'warning',    says: 'the permissions boundary differs, or only some have one' },
  'attached-policies':      { looser: 'warning',    stricter: 'suggestion', says: 'other managed policies are attached' },
  'unreadable-trust':       { looser: 'warning',    stricter: 'warning',    says: 'the trust policy is missing or cannot be read' },
  'any-principal':          { looser: 'security',   stricter: 'security',   says: 'everybody is trusted' },
  'wildcard-principal':     { looser: 'warning',    stricter: 'warning',    says: 'a wildcard within a principal, which matches nobody' },
  'not-principal':          { looser: 'security',   stricter: 'security',   says: 'an Allow with NotPrincipal trusts everybody else' },
  'oidc-without-subject':   { looser: 'security',   stricter: 'security',   says: 'an OIDC provider is trusted for every subject' },
  'oidc-broad-subject':     { looser: 'security',   stricter: 'security',   says: 'the subject of the OIDC token is hardly limited' },
  'oidc-without-audience':  { looser: 'warning',    stricter: 'warning',    says: 'an OIDC provider is trusted for every audience' },
  'saml-without-audience':  { looser: 'warning',    stricter: 'warning',    says: 'a SAML provider is trusted for every audience' },
  'third-party':            { looser: 'warning',    stricter: 'warning',    says: 'an account outside the organization is trusted without an external id' },
  'confused-deputy':        { looser: 'security',   stricter: 'warning',   says: 'a service may act here for anybody: neither aws:SourceAccount nor aws:SourceArn is tested' },
  'broad-source':           { looser: 'security',   stricter: 'security',   says: 'aws:SourceArn or aws:SourceAccount is tested against everything' },
} as const satisfies Readonly<Record<string, { readonly looser: Severity; readonly stricter: Severity; readonly says: string }>>

export type RuleId = keyof typeof DRIFT_RULES
export const RULE_IDS = Object.keys(DRIFT_RULES) as readonly RuleId[]
