import type { Policy, Scenario } from '#engine/scenario.ts'
import type { WebIdentityToken } from '#intake/web-identity-token.ts'
import { NAMED_AS, type NamedAs } from '#snapshot/at-hand/named.ts'
import type { AtHand } from '#snapshot/at-hand/piece.ts'
import type { UserError } from '../../errors.ts'
import type { Input, OpenInput } from '../files.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'

/** The files that a person has beside a denial: what was in force as far as they say it, and what in them is evidence. */
export interface Beside {
  readonly atHand: AtHand
  /** Files that make a snapshot: an account's details, a plan, a template. */
  readonly files: ReadonlyMap<string, string>
  /** The user's file that each of them was made from. */
  readonly citedAs: ReadonlyMap<string, string>
  readonly scenario?: Scenario
  /** The claims of the token that a web identity showed. */
  readonly token?: { readonly name: string; readonly claims: WebIdentityToken }
  /** The workflow whose job showed its token. */
  readonly workflow?: Input
  /** Who called, and the file that says so. */
  readonly caller?: { readonly name: string; readonly arn: string }
  /** Policies that the session was made with; left out: none was given. */
  readonly sessionPolicies?: readonly Policy[]
  /** The inputs that are left: logs, events, AWS's answers. */
  readonly inputs: readonly OpenInput[]
  /** Of some of those the evidence: it had to be read to know what they are. */
  readonly read?: ReadonlyMap<OpenInput, Evidence>
  /** Files that are nothing known; the others count. */
  readonly faults: readonly UserError[]
  /** The form that each of the other files was read as. */
  readonly readAs: readonly ReadAs[]
}

/** The form that a file was read as: `aws iam get-role-policy`, `a policy document`. */
export interface ReadAs {
  readonly file: string
  readonly form: string
}

/** Kinds of policy that a file is said to be, as the options of a command say it. */
export const BESIDE_AS = [...NAMED_AS, 'session-policy'] as const

/** Options on the policies in files, and on what there is not. */
export interface Named {
  readonly policies: readonly { readonly as: NamedAs; readonly file: string }[]
  readonly noEndpoint: boolean
  readonly noOrganization: boolean
}
