import type { Attributes, Policy, ResourcePolicy } from '#engine/scenario.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { FederationFile } from './federation/fact.ts'

/** A user, group or role that a file names, by name or by ARN. */
export interface Owner {
  readonly kind: 'user' | 'group' | 'role'
  readonly name: string
  readonly arn?: string
}

/** A policy attached by ARN, as `list-attached-…-policies` prints it. */
export interface AttachedPolicy {
  readonly name: string
  readonly arn: string
}

/** Content of a file that somebody holds, what it says of what was in force, in the form in which AWS prints it. */
export type Content =
  /** `owner` left out: nobody says whose it is, so it is taken for the caller's. `managed`: the text of a policy with versions. */
  | {
      readonly is: 'identity-policy'
      readonly policy: Policy
      readonly owner?: Owner
      readonly managed?: true
      readonly boundary?: true
    }
  /** `boundaryArn` null: it has none. */
  | {
      readonly is: 'principal'
      readonly owner: Owner
      readonly boundaryArn: string | null
      readonly trust?: Policy
      readonly tags?: Readonly<Record<string, string>>
    }
  /** `owner` of a list left out: the output does not say whose it is, so it is taken for the caller's. */
  | {
      readonly is: 'attached'
      readonly policies: readonly AttachedPolicy[]
      readonly whole: boolean
      readonly owner?: Owner
    }
  | { readonly is: 'inline-names'; readonly names: readonly string[]; readonly whole: boolean; readonly owner?: Owner }
  /** Name and ARN of a managed policy, without its text. */
  | { readonly is: 'managed-name'; readonly policy: AttachedPolicy }
  | { readonly is: 'groups'; readonly names: readonly string[]; readonly whole: boolean; readonly owner?: Owner }
  | { readonly is: 'scp' | 'rcp'; readonly policy: Policy }
  /** `owner`: the role whose sessions have the policy. */
  | { readonly is: 'session-policy'; readonly policy: Policy; readonly owner?: Owner }
  /** `id` left out: it is the endpoint of the request. `policy` null: its type takes none. */
  | {
      readonly is: 'endpoint'
      readonly id?: string
      readonly vpc?: string
      /** The service that it leads to, as actions name it: `s3`. */
      readonly service?: string
      readonly policy: ResourcePolicy | null | undefined
    }
  /** Of a resource: its policy (null: none), its attributes (docs/snapshot.md), or both. */
  | {
      readonly is: 'resource'
      readonly kind?: string
      /** Left out: nothing in the file says which resource it is. */
      readonly arn?: string
      /** The last part of the ARN, where the file says no more. */
      readonly name?: string
      readonly policy?: Policy | null
      readonly attributes?: Attributes
    }

/** The form of a file that holds a policy document and nothing around it. */
export const BARE_DOCUMENT = 'a policy document'

/** A file's content with where it stands and what it was read as. */
export type Piece = Content & {
  readonly file: string
  /** What the file is, for a person: `aws iam get-role-policy`, `a policy document`. */
  readonly form: string
  /** Which policy it is was said by an option. */
  readonly named?: true
}

/** All that somebody holds beside the denial: files, and what he said of the rest. */
export interface AtHand {
  readonly pieces: readonly Piece[]
  /** What files show of the token or assertion of a call; left out: no file does. */
  readonly federation?: readonly FederationFile[]
  /** Files whose lines are not those of the policies that were read from them: plans and templates. */
  readonly withoutLines?: ReadonlySet<string>
  /** The layer that AWS named for this denial. */
  readonly namedLayer?: PolicyLayer | null
  /** The call went through no VPC endpoint. */
  readonly noEndpoint: boolean
  /** Neither account is in an organization. */
  readonly noOrganization: boolean
}

export const NOTHING_AT_HAND: AtHand = {
  pieces: [],
  noEndpoint: false,
  noOrganization: false,
}

/** Whether anything of what was in force is at hand. */
export const isAtHand = ({ pieces, noEndpoint, noOrganization }: AtHand): boolean =>
  pieces.length > 0 || noEndpoint || noOrganization
