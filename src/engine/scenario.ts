import type { Request } from '#iam/request.ts'

/**
 * A request together with everything that was in force for it (docs/json.md, "Scenario"). It is what `evaluate` evaluates, what a
 * snapshot yields for a request, and what a person attaches to a ticket.
 */
export interface Scenario {
  readonly request: Request
  readonly policies?: PoliciesInForce
  readonly resources?: readonly Resource[]
  readonly organization?: Organization | null
}

/** Resources and organization that are known for a request, beside the policies. */
export interface ResourcesAndOrganization {
  readonly resources?: readonly Resource[] | undefined
  readonly organization?: Organization | null | undefined
}

/**
 * Policies in force that bear on a request, by layer. A layer left out is unknown where it could apply, unless `complete`
 * is set; `null` and `[]` say that there is none. A missing part is never "no policy".
 */
export interface PoliciesInForce {
  readonly complete?: boolean
  /** Entries by level, root first, account last. */
  readonly serviceControlPolicies?: readonly PolicyLevel[] | null
  /** Entries by level along the path of the resource's account, root first, account last. */
  readonly resourceControlPolicies?: readonly PolicyLevel[] | null
  /** `kind`: `gateway` or `interface`. */
  readonly vpcEndpointPolicy?: ResourcePolicy | null
  readonly resourcePolicy?: ResourcePolicy | null
  readonly identityPolicies?: readonly Policy[] | null
  /** There may be identity policies that were not read, of any name; for who makes a new one, not for the evaluation. */
  readonly hasUnreadIdentityPolicies?: true
  readonly permissionsBoundary?: Policy | null
  readonly sessionPolicies?: readonly Policy[] | null
  /** Attributes of the request's resource that are no policy document (docs/snapshot.md). */
  readonly serviceGuards?: Attributes | null
}

export interface PolicyLevel {
  readonly target: string
  /** Left out: the level exists, its policies could not be read. */
  readonly policies?: readonly Policy[]
}

/** `document` is the policy object or its text (URL-encoded too). An AWS managed policy may be given by ARN alone. */
export interface Policy {
  readonly name: string
  readonly arn?: string
  readonly document?: unknown
  /** Path of the file the document was read from, for citing. */
  readonly file?: string
  /** 1-based line of each statement in `file`, where known. */
  readonly lines?: readonly (number | undefined)[]
  /** `name` is that of a file: AWS's name for the policy, and how it is attached, are not known. */
  readonly isNameOfFile?: true
  /** Ids of the versions of a managed policy that are not in force. Left out: not known. */
  readonly otherVersions?: readonly string[]
  /** Name of the group that the caller has it from. Left out: it is the caller's own, or that is not known. */
  readonly group?: string
}

/** `kind` names what the policy is attached to: `bucket`, `access-point`, `key`, `trust`, `queue` … */
export interface ResourcePolicy extends Policy {
  readonly kind?: string
}

/** Another resource the request touches: the bucket behind an access point, the key behind a bucket, a passed role. */
export interface Resource {
  readonly arn: string
  readonly account?: string | null
  readonly kind?: string
  readonly policy?: unknown
  readonly attributes?: Attributes
  readonly file?: string
  readonly lines?: readonly (number | undefined)[]
}

/** Attributes of a resource, in the spelling of docs/snapshot.md. One left out is unknown unless `complete`. */
export type Attributes = Readonly<Record<string, unknown>>

export interface Organization {
  readonly id?: string
  readonly managementAccount?: string
  /** `o-x/r-y/ou-z/`: the path of the principal's account; left out: unknown. `null`: it is in no organization. */
  readonly principalPath?: string | null
  readonly resourcePath?: string | null
  /** The principal's account is not in organization `id`. Whether it is in another one is not known. */
  readonly principalOutside?: boolean
  readonly resourceOutside?: boolean
}
