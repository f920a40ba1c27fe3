import { loadSnapshot } from '#collect/folder.ts'
import { differencesBetween, type LayerDifference } from '#diagnose/differences.ts'
import { byPrincipal, inAccount } from '#diagnose/elsewhere.ts'
import type { DecisionWithLint } from '#lint/decision-with-lint.ts'
import { isAccountId, parseArn } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'
import type { Snapshot } from '#snapshot/snapshot.ts'
import { UserError } from '../errors.ts'
import { evaluateRequest, type SnapshotOptions } from './evaluate.ts'

export interface Side {
  /** Where it was evaluated, in words. */
  readonly what: string
  readonly request: Request
  readonly decision: DecisionWithLint
}

/** Decisions on a request in two places, and where the two part. */
export interface Against {
  readonly schemaVersion: 1
  readonly here: Side
  readonly there: Side
  /** The layer that makes the difference first. */
  readonly differences: readonly LayerDifference[]
}

/**
 * "Works in one account but not in another": judges a request here and there. `target` is an account id (the principal
 * of that name there), the ARN of another principal, or the folder of another snapshot.
 */
export async function evaluateAgainst(
  snapshot: Snapshot,
  request: Request,
  target: string,
  options: SnapshotOptions,
): Promise<Against> {
  const there = await elsewhere(snapshot, request, target)
  const here = evaluateRequest(snapshot, request, options)
  const other = evaluateRequest(there.snapshot, there.request, options)
  return {
    schemaVersion: 1,
    here: { what: 'here', request: here.request, decision: here.decision },
    there: { what: there.what, request: other.request, decision: other.decision },
    differences: differencesBetween(here.decision, other.decision),
  }
}

interface Elsewhere {
  readonly what: string
  readonly snapshot: Snapshot
  readonly request: Request
}

async function elsewhere(snapshot: Snapshot, request: Request, target: string): Promise<Elsewhere> {
  if (isAccountId(target)) return { what: `in account ${target}`, snapshot, request: inAccount(request, target) }
  const isNumber = /^\d+$/.test(target)
  if (isNumber || (target.startsWith('arn:') && parseArn(target) === undefined))
    throw new UserError(
      'usage/not-a-value',
      `\`${target}\` is not an ${isNumber ? 'account id' : 'ARN'}`,
      'give `--against` an account id of twelve digits, the ARN of a role, or the directory of a snapshot',
    )
  if (target.startsWith('arn:')) return { what: `as ${target}`, snapshot, request: byPrincipal(request, target) }
  return { what: `in ${target}`, snapshot: await loadSnapshot(target), request }
}
