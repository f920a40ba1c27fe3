import type { PolicyLayer } from '#iam/layers.ts'
import type { Note } from './note.ts'
import type { PrincipalType } from '#iam/request.ts'

/** The layer that a message names, in the engine's words. */
export type ReportedLayer = PolicyLayer

export type DenialKind = 'aws-access-denied' | 'aws-authentication' | 'gcp-permission-denied' | 'cors' | 'other'

/** A denial as the evidence said it, and nothing it did not say (docs/json.md, "Denial"). `null`: it said nothing of this. */
export interface Denial {
  readonly kind: DenialKind
  readonly code: string | null
  readonly eventSource: string | null
  readonly operation: string | null
  readonly principal: string | null
  readonly principalType: PrincipalType | null
  readonly roleArn: string | null
  readonly accountId: string | null
  readonly sessionName: string | null
  readonly action: string | null
  readonly resource: string | null
  readonly resourceText?: string
  readonly resourceAccount: string | null
  readonly candidates: readonly { readonly action: string; readonly resource: string | null }[]
  readonly reported: Reported
  readonly encodedMessage: string | null
  readonly decoded?: {
    readonly explicitDeny: boolean
    readonly matchedStatements: readonly unknown[]
    /** The policies that AWS evaluated; authorization details list them. */
    readonly policies?: readonly EvaluatedPolicy[]
  }
  readonly authorizationId: string | null
  readonly requestId: string | null
  readonly extendedRequestId: string | null
  readonly eventId: string | null
  readonly sharedEventId: string | null
  readonly region: string | null
  readonly time: string | null
  /** Condition keys that the evidence settles; null: absent. */
  readonly context: Readonly<Record<string, string | number | boolean | readonly string[] | null>>
  readonly details?: Readonly<Record<string, string | null>>
  readonly evidence: Evidence
  readonly notes: readonly Note[]
}

export interface EvaluatedPolicy {
  /** The ARN of a managed policy; of an inline one an opaque name. */
  readonly uri: string
  readonly layer: ReportedLayer | null
}

export interface Reported {
  readonly layer: ReportedLayer | null
  readonly denyType: 'explicit' | 'implicit' | null
  readonly policyArn: string | null
  readonly via?: ReportedLayer
  readonly setting?: string
  /** AWS's finding on each requirement, where its authorization details say it (R-EVID-07). */
  readonly checks?: readonly AuthorizationCheck[]
}

/** A requirement of an authorization as AWS evaluated it. */
export interface AuthorizationCheck {
  /** Of whose policies: those of the requirement, or of the policy with the Deny that matched. */
  readonly layer: ReportedLayer
  readonly effect: 'ALLOW' | 'NO_IMPACT' | 'IMPLICIT_DENY' | 'EXPLICIT_DENY'
  /** The root, unit or account that the policies are attached to; null: the layer alone says which. */
  readonly target: string | null
  /** The kinds of policies that the requirement is met by, as far as AWS says. */
  readonly by: readonly ReportedLayer[]
}

export interface Evidence {
  readonly reader: string
  /** null: no action is said. */
  readonly actionFrom: 'stated' | 'mapped' | 'guessed' | null
  readonly resourceFrom: 'stated' | 'derived' | 'guessed' | null
  /** UTF-16 offsets into the text; null for a record. */
  readonly span: readonly [number, number] | null
  /** Name of the input that it was read from, and the line there; left out: it has no name, or its lines are not known. */
  readonly file?: string
  readonly line?: number
  /** Facts that another source gave, each with it: `principal`, `action`, or the name of a condition key. */
  readonly otherSources?: Readonly<Record<string, FactSource>>
}

/** Where a fact comes from (R-EVID-11). `event`: a CloudTrail record; `live`: read from AWS for this denial. */
export interface FactSource {
  readonly from: 'text' | 'file' | 'option' | 'scenario' | 'snapshot' | 'live' | 'event' | 'authorization' | 'assumed'
  readonly file?: string
  readonly line?: number
}
