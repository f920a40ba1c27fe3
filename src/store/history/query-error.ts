/**
 * Why a query of history gave no rows. `unreachable`: nobody answered; `lost`: the cluster failed, not the query,
 * and the same query may succeed; `too-long`: it met a limit of time, partitions or size, and one of a shorter range may
 * succeed; `refused`: none of these.
 */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  readonly kind: 'unreachable' | 'lost' | 'too-long' | 'refused'
  /** The engine's own name of the error. */
  readonly code: string

  constructor(kind: QueryError['kind'], code: string, message: string) {
    super(message)
    this.kind = kind
    this.code = code
  }
}
