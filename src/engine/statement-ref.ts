import type { LayerVerdict, StatementVerdict } from './decision.ts'
import type { PolicyLayer } from '#iam/layers.ts'

/** A statement that decides, and where it stands (docs/json.md, "StatementRef" and "Fix"). */
export interface StatementRef {
  readonly layer: PolicyLayer
  readonly where?: string
  readonly policy: string
  readonly policyArn?: string
  readonly sid?: string
  readonly index: number
  readonly pointer: string
  readonly file?: string
  readonly line?: number
  /** Nearest statement of an implicit deny: it does not match, and came nearest to allowing. */
  readonly nearest?: true
}

/** The statement of a layer, by its policy and its place in it. */
export function statementRef({ layer, where }: LayerVerdict, statement: StatementVerdict): StatementRef {
  const { policy, policyArn, sid, index, pointer, file, line } = statement
  return {
    layer,
    ...(where === undefined ? {} : { where }),
    policy,
    ...(policyArn === undefined ? {} : { policyArn }),
    ...(sid === undefined ? {} : { sid }),
    index,
    pointer,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  }
}
