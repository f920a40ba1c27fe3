/**
 * Authorization request, as docs/json.md, "Scenario" writes it: who, which action, which resource, in which context
 * (R-REQ-01). The engine reads it once into its own form (`engine/read-request.ts`); every other room keeps this one.
 */
export interface Request {
  /** An ARN, a service name such as `s3.amazonaws.com`, `anonymous`, or an identity provider's ARN or name. */
  readonly principal: string
  readonly principalDetails?: PrincipalDetails
  /** Tags of the user, or of the role overlaid by the session's. `{}`: none. Left out: not said. */
  readonly principalTags?: Readonly<Record<string, string>>
  readonly action: string
  /** AWS has the action, though its reference of our date does not (R-ACT-05). Left out: not said. */
  readonly actionExists?: boolean
  /** An ARN or `*`; a list means the call needs the action on each (R-REQ-02). `null`: not known, which is not `*` (R-REQ-05). */
  readonly resource: string | readonly string[] | null
  /**
   * By an ARN of `resource` of which more is not known than that one of these patterns matches it (R-REQ-05): the path of an IAM name,
   * the letters at the end of a secret's ARN, the objects that a call deletes.
   */
  readonly resourcePatterns?: Readonly<Record<string, readonly string[]>>
  /** Twelve digits. Left out where the ARN has none: unknown, both relations are judged (R-XACC-04). */
  readonly resourceAccount?: string
  readonly context?: Readonly<Record<string, ContextValue>>
  /** Whether a context key that neither stands here nor follows from the rest is absent (true) or unknown. */
  readonly contextComplete?: boolean
}

export interface PrincipalDetails {
  readonly type?: PrincipalType
  /** The role behind a session, with its path. */
  readonly roleArn?: string
  /** The parent user of a GetFederationToken session, or the provider of a web identity or SAML caller. */
  readonly federatedBy?: string
  /** `aws:userid`: `AIDA…`, `AROA…:session`. */
  readonly userId?: string
  /** ARN of the permission set of IAM Identity Center that the role was made from. */
  readonly permissionSet?: string
}

export const PRINCIPAL_TYPES = [
  'root',
  'user',
  'role',
  'assumed-role',
  'federated-user',
  'web-identity',
  'saml',
  'identity-center-user',
  'service',
  'service-account',
  'anonymous',
  'unknown',
] as const
export type PrincipalType = (typeof PRINCIPAL_TYPES)[number]

/** A context value as written: text, number, boolean; a list for a multi-valued key; `null` is known absent. */
export type ContextValue =
  | string
  | number
  | boolean
  | null
  | readonly (string | number | boolean)[]
  | { readonly state: 'unknown' | 'present' }
