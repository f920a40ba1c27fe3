import type { DecisionEffect } from '#engine/decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { ContextValue } from '#iam/request.ts'
import type { FormProblem, Path } from '#schemas/form-problems.ts'

/** A file of access tests as read (docs/access-tests.md). */
export interface AccessTests {
  readonly subject: TestSubject
  /** Sets of context keys that tests name. */
  readonly contexts: ReadonlyMap<string, Context>
  readonly tests: readonly AccessTest[]
}

/** Policies that the tests are evaluated against; paths as the file has them. */
export interface TestSubject {
  readonly snapshot?: string
  readonly scenario?: string
  readonly terraform?: PlannedSource
  readonly cloudformation?: PlannedSource
}

/** A Terraform plan or state, or a CloudFormation template, with what it leaves open. */
export interface PlannedSource {
  readonly file: string
  readonly account?: string
  readonly region?: string
  readonly parameters?: Readonly<Record<string, string>>
  /** The accounts are in no organization. */
  readonly noOrganization?: boolean
  /** Terraform: an expression that refers to one attribute is that attribute, with nothing around it. */
  readonly plainReferences?: boolean
}

export type Context = Readonly<Record<string, ContextValue>>

/** A set of context keys, with the name it is called by; written in place it has none. */
export interface NamedContext {
  readonly name: string | undefined
  readonly keys: Context
}

export interface AccessTest {
  readonly name: string
  readonly path: Path
  readonly principals: readonly string[]
  readonly session: TestSession
  /** Each is tried; one empty set where the test names none. */
  readonly contexts: readonly NamedContext[]
  readonly contextComplete: boolean | undefined
  /** What the call needs next must be allowed too. */
  readonly chain: boolean
  readonly allow: readonly Entry[]
  readonly deny: readonly Entry[]
  readonly from: Origin | undefined
}

/** The session that stands behind a role. Policies left out: it was made without any (ADR 0023). */
export interface TestSession {
  readonly name?: string
  /** Session tags; left out: not said. */
  readonly tags?: Readonly<Record<string, string>>
  /** Documents, paths of files, or ARNs of managed policies. */
  readonly policies?: readonly unknown[]
}

/** The denial a test was written from. */
export interface Origin {
  readonly requestId?: string
  readonly time?: string
  readonly eventId?: string
}

/** Actions on resources that are all allowed, or all denied. */
export interface Entry {
  readonly path: Path
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly resourceAccount: string | undefined
  readonly contexts: readonly NamedContext[]
  readonly contextComplete: boolean | undefined
  /** Layers that must decide. */
  readonly by: readonly PolicyLayer[]
  /** A Sid, a policy, or both as `policy/Sid`; or `policy/2`, counted from 1. */
  readonly statement: string | undefined
}

export type Expected = Exclude<DecisionEffect, 'undetermined'>

/** Problem of a file of tests, and where it stands. */
export interface TestProblem extends Omit<FormProblem, 'kind'> {
  readonly kind: FormProblem['kind'] | 'no-tests' | 'too-many'
}
